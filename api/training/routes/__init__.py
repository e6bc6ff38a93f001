"""Pages of courses and rooms, and the interfaces their scripts call."""

from api.training.routes import courses, lead, phones

ROUTERS = (courses.router, lead.router, lead.api, phones.pages, phones.router)
