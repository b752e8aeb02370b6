from . import emptying

emptying.allow()
