"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, home, inbox, laws, replies, signin, trail

ROUTERS = (signin.router, home.router, inbox.router, laws.router, replies.router, accounts.router, trail.router)
