"""The gate before anything is looked up.

forms      every reading of the text (decoded, reversed, look-alikes)
phrases    what the patterns are built from
acts       patterns: wrong acts
takeover   patterns: attempts to take over the assistant
evasion    patterns: requests for help with breaking rules
inspect    reads a text sentence by sentence with these and gives a verdict
"""
