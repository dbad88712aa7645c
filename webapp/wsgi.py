"""What the production server loads."""

import gc

from webapp import create_app

app = create_app()
gc.collect()
gc.freeze()  # what is here now stays to the end: looking through it for garbage would only make requests wait
