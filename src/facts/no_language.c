/* In place of detect_language.cc in a build without CLD2: what the markup claims stands alone. */
#include "detect_language.h"

dh_status detect_language(dh_view text, const char *claim, char code[LANGUAGE_BYTES]) {
    code[0] = '\0';
    return text.len > LANGUAGE_TEXT_BYTES ? DH_ERR_LIMIT : DH_OK;
}

bool detect_language_preload(void) { return false; }

bool detect_language_is_built(void) { return false; }
