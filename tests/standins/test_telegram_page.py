"""The page that shows a conversation shows what was said, and nothing of it becomes markup."""

from tests.standins.botside import YES, Client
from tests.standins.telegram import Group, Person
from tools.chat_page import View
from tools.telegram_page import Eyes, page


async def test_what_people_write_is_never_markup(bot: Client, ani: Person) -> None:
    """Tags, quotes and names stand on the page as they were typed."""
    ani.says('<script>alert("1")</script> & more')
    ani.sends_contact("+37499", "<b>Aram</b>")
    html = page([one.body for one in ani.screen], View("<i>Bot</i>"), Eyes(ani.id))

    assert "<script>" not in html
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt; &amp; more" in html
    assert "&lt;b&gt;Aram&lt;/b&gt;" in html
    assert "<i>Bot" not in html


async def test_marks_become_tags_at_their_places(bot: Client, ani: Person) -> None:
    """Bold, links and what a face takes of the count stand where they were."""
    await bot.does(
        "sendMessage", chat_id=ani.id, text="😀 <b>Bold <i>both</i></b> /start", parse_mode="HTML", reply_markup=YES
    )
    html = page([one.body for one in ani.screen], View("Bot"), Eyes(ani.id))

    assert "😀 <b>Bold <i>both</i></b> <a>/start</a>" in html
    assert '<span class="key">Yes</span>' in html


async def test_a_topic_says_what_happened_to_it(bot: Client, staff: Group) -> None:
    """Service messages stand in the middle, and the first message of the topic is not quoted by all the others."""
    topic = staff.opens_topic(staff.owner, "Ani").id
    staff.says(staff.owner, "hello", topic=topic)
    staff.closes(staff.owner, topic)
    html = page([one.body for one in staff.screen(topic)], View("Staff", faces=True), Eyes())

    assert "Owner created the topic “Ani”" in html
    assert "Owner closed the topic" in html
    assert 'class="quote"' not in html
