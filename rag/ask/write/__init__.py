"""A chat model words the answer, if one is set.

writer     what is sent, what is kept of the reply
prompts    instructions and data as they are sent
replies    the forms a reply is read into
"""
