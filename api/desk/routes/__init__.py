"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, home, inbox, replies, signin, trail

ROUTERS = (signin.router, home.router, inbox.router, replies.router, accounts.router, trail.router)
