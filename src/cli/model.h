/* model.h: model files from disk. */
#ifndef CLI_MODEL_H
#define CLI_MODEL_H

#include "base/base.h"

/* Takes the models of a file into a context. Errors: DH_ERR_IO, and those of dh_context_load_model(). */
dh_status model_load(dh_context *ctx, const char *path, dh_error *err);

#endif
