#include "input.h"
bool in_is_warc(dh_view h){(void)h;return false;}
dh_status in_warc_new(in_stream *s, dh_view t, size_t m, in_warc **o, dh_error *e){(void)s;(void)t;(void)m;(void)o;return err_set(e,DH_ERR_FORMAT,0,"no");}
void in_warc_free(in_warc*w){(void)w;}
dh_status in_warc_next(in_warc *w, in_record *o, bool *f, dh_error *e){(void)w;(void)o;(void)f;return err_set(e,DH_ERR_FORMAT,0,"no");}
