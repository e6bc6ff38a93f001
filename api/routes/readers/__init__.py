"""For people: asking, looking up, feedback and handing over, pages."""
