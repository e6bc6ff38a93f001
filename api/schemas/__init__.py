"""Bodies of requests and responses.

fields      what request bodies consist of
requests    what is sent to us
responses   what is returned
"""
