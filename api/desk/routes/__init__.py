"""The pages of the desk, one module a subject."""

from api.desk.routes import accounts, home, signin, trail

ROUTERS = (signin.router, home.router, accounts.router, trail.router)
