"""What the production server loads."""

import gc

from webapp import create_app
from webapp.cli_keys import open_keys

app = create_app()
with app.app_context():
    open_keys()  # without its master key nothing is served, whichever server loads this
gc.collect()
gc.freeze()  # what is here now stays to the end: looking through it for garbage would only make requests wait
