/* detect.h: uchardet, which is C++, behind a C function that no exception leaves. */
#ifndef INPUT_DETECT_H
#define INPUT_DETECT_H

#include <dehusk.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes uchardet's name for the charset of bytes to name, ended by NUL; empty if it finds none, or one whose name is longer
 * than cap - 1. Errors: DH_ERR_NOMEM. */
dh_status detect_charset(dh_view bytes, char *name, size_t cap);

#ifdef __cplusplus
}
#endif
#endif
