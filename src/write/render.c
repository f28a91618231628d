/* Picks the renderer of a format. */
#include "write/text.h"

dh_status wr_render(const wr_input *in, dh_format format, dh_buf *out) {
    switch (format) {
    case DH_TO_TEXT: return in->page->is_html ? wr_html_as_text(in, out) : wr_lines(in, out);
    }
    return DH_ERR_USAGE;
}
