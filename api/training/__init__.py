"""Courses and the rooms they are held in.

courses     what a trainer put together, kept by an unguessable link
rooms       a session: opened and steered by its trainer, joined by code
seats       what a phone may do in it: choose, ask, raise, see its result
picture     what everybody sees at a moment; hall: sends it on whenever it changes
report      what is left at the end: attendance by code, topics, certificates
web         pages and rights; routes/: pages for trainers and phones, interfaces of both
"""
