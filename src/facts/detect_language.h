/* detect_language.h: CLD2, which is C++, behind a C function. */
#ifndef FACTS_DETECT_LANGUAGE_H
#define FACTS_DETECT_LANGUAGE_H

#include <dehusk.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANGUAGE_BYTES 16
/* A longer text tells no more, and the memory that CLD2 needs for this much is known. */
#define LANGUAGE_TEXT_BYTES ((size_t)16 << 10)

/* Writes the BCP 47 code of the language that most of a text is in to code, ended by NUL; empty if CLD2 is not sure or is not
 * installed. The library is loaded by the first call and stays. claim: what the page says of itself, empty or a code; ends in NUL.
 * Errors: DH_ERR_NOMEM, DH_ERR_LIMIT (LANGUAGE_TEXT_BYTES). */
dh_status detect_language(dh_view text, const char *claim, char code[LANGUAGE_BYTES]);

/* False in builds without CLD2. */
bool detect_language_is_built(void);

/* Loads CLD2, for a process that can open no file later. False if it is not installed. */
bool detect_language_preload(void);

#ifdef __cplusplus
}
#endif
#endif
