"""What the house itself does for its staff outside a step: counts over long tables, pictures, content read anew.

An order is one call to the port `house`; what came of it reaches the room that gave it as a `JobFinished`.
"""

import msgspec

PORT = "house"


class Survey(msgspec.Struct, frozen=True, tag="survey"):
    """Count today, 7 and 30 days, and draw the days: `title` and the `labels` of messages and visits stand on the picture.

    The result holds `figures` (JSON: three of `bot.records.figures.Figures`, shortest span first) and `picture`, a name
    in the media store, empty when nothing here can draw.
    """

    title: str
    labels: tuple[str, str]


class Reload(msgspec.Struct, frozen=True, tag="reload"):
    """Read the firm's folder anew and go on with it.

    The result holds `changed`, the sections that read otherwise now (separated by commas), or `errors`, why everything
    stays as it was.
    """


class Count(msgspec.Struct, frozen=True, tag="count"):
    """Count whom a campaign would reach: `segment` is JSON of `bot.records.campaigns.Segment`, `default` its language.

    The result holds `reach` (JSON: how many people, how many want nothing, how many cannot be reached, by language) and
    `note` as it was given.
    """

    segment: str
    default: str
    note: str


Order = Survey | Reload | Count
