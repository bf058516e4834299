"""Where surrogates and the values they stand for are kept. One file per kind of store; `base` says what each promises."""
