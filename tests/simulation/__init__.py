"""The real core in a world that goes wrong by a seed: nothing runs at random, so whatever is found is found again.

The world (customers, messengers, sinks, the weather) lives for a whole run and is a list of things to come; the program
lives in it until it is dropped between two ticks of its loop, and begins anew on the same file.
"""
