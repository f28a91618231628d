/* Sitemaps, RSS and Atom by libxml2's events. The library is loaded here, on first use: linked, it would bring ICU's tables into each
 * run. Nothing is built, opened or expanded: there are handlers for elements and text alone. */
#include "guide_xml.h"

#include "base/url.h"

#include <dlfcn.h>
#include <libxml/parser.h>
#include <limits.h>

/* Elements deeper than this hold no addresses. */
#define GUIDE_DEPTH 16

static const char library[] = "libxml2.so.2";

/* Of libxml2, what is used. */
typedef struct {
    xmlParserCtxtPtr (*create)(const char *, int);
    int (*use_options)(xmlParserCtxtPtr, int);
    int (*parse)(xmlParserCtxtPtr);
    void (*stop)(xmlParserCtxtPtr);
    void (*free_doc)(xmlDocPtr);
    void (*free)(xmlParserCtxtPtr);
} xml;

static bool load(xml *x, fetch_fault *fault) {
    const struct {
        const char *name;
        void *at;
    } rows[] = {{"xmlCreateMemoryParserCtxt", &x->create}, {"xmlCtxtUseOptions", &x->use_options}, {"xmlParseDocument", &x->parse},
                {"xmlStopParser", &x->stop},               {"xmlFreeDoc", &x->free_doc},           {"xmlFreeParserCtxt", &x->free}};
    void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    for (size_t i = 0; handle && i < DH_COUNT(rows); i++) {
        void *function = dlsym(handle, rows[i].name);
        if (!function) handle = NULL;
        memcpy(rows[i].at, &function, sizeof function); /* C has no conversion from data to functions */
    }
    return handle || fault_set(fault, FAULT_GUIDE, "%s, which reads sitemaps and feeds, cannot be loaded", library);
}

/* ---- elements ------------------------------------------------------------------------------------------------------ */

typedef enum { EL_OTHER, EL_URL, EL_SITEMAP, EL_LOC, EL_ITEM, EL_ENTRY, EL_LINK, EL_GUID } element;

static const struct {
    const char *name;
    element element;
} elements[] = {{"url", EL_URL},   {"sitemap", EL_SITEMAP}, {"loc", EL_LOC},  {"item", EL_ITEM},
                {"entry", EL_ENTRY}, {"link", EL_LINK},       {"guid", EL_GUID}};

static const char *const roots[] = {"urlset", "sitemapindex", "rss", "RDF", "feed"};

static bool is(const xmlChar *name, const char *word) { return strcmp((const char *)name, word) == 0; }

static element element_of(const xmlChar *name) {
    for (size_t i = 0; i < DH_COUNT(elements); i++)
        if (is(name, elements[i].name)) return elements[i].element;
    return EL_OTHER;
}

/* How good an entry's address is: its link, or a guid that says to be one. */
typedef enum { RANK_NONE, RANK_GUID, RANK_LINK } rank;

typedef struct {
    const xml *lib;
    xmlParserCtxtPtr ctxt;
    guide_job *job;
    fetch_fault *fault;
    element open[GUIDE_DEPTH];
    size_t depth;
    bool known, ended, failed; /* the root is one of ours; nothing more is wanted; *fault says why */
    dh_buf text, link;         /* of the element that is collected; of the entry */
    rank collected, best;      /* RANK_NONE: nothing is */
    bool broken;               /* there was a fault in this entry */
} reader;

static void end(reader *r, bool good) {
    r->failed |= !good;
    if (!r->ended) r->lib->stop(r->ctxt);
    r->ended = true;
}

static bool is_entry(element e) { return e == EL_URL || e == EL_SITEMAP || e == EL_ITEM || e == EL_ENTRY; }

/* The value of an attribute: five pointers each, the last two of which bound the value. */
static dh_view attribute(const xmlChar **at, int count, const char *name) {
    for (int i = 0; i < count; i++)
        if (is(at[i * 5], name)) return (dh_view){(const char *)at[i * 5 + 3], (size_t)(at[i * 5 + 4] - at[i * 5 + 3])};
    return (dh_view){"", 0};
}

static void take_link(reader *r, dh_view address, rank how_good) {
    address = view_trim(address);
    if (!address.len || r->best >= how_good) return;
    r->best = how_good;
    r->link.len = 0;
    if (buf_append_view(&r->link, address) == DH_ERR_NOMEM) end(r, fault_memory(r->fault));
}

/* Links to other things than the page of the entry have a rel that says so. */
static void start_link(reader *r, const xmlChar **at, int count) {
    dh_view rel = attribute(at, count, "rel");
    if (!rel.len || view_is(rel, DH_VIEW("alternate"))) take_link(r, attribute(at, count, "href"), RANK_LINK);
}

static void start(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int namespaces, const xmlChar **ns,
                  int count, int defaults, const xmlChar **at) {
    reader *r = user;
    element e = element_of(name), parent = r->depth && r->depth <= GUIDE_DEPTH ? r->open[r->depth - 1] : EL_OTHER;
    for (size_t i = 0; !r->depth && i < DH_COUNT(roots); i++) r->known |= is(name, roots[i]);
    if (!r->known) {
        end(r, fault_set(r->fault, FAULT_GUIDE, "neither a sitemap nor a feed: its root is <%.40s>", (const char *)name));
        return;
    }
    r->ctxt->wellFormed = 1; /* behind a fault libxml2 would pass over "&amp;" in all that follows */
    if (r->depth < GUIDE_DEPTH) r->open[r->depth] = e;
    r->depth++;
    if (is_entry(e)) r->best = RANK_NONE;
    if (is_entry(e)) r->broken = false;
    bool location = e == EL_LOC && (parent == EL_URL || parent == EL_SITEMAP);
    r->collected = location || (e == EL_LINK && parent == EL_ITEM) ? RANK_LINK : RANK_NONE;
    if (e == EL_GUID && parent == EL_ITEM && !view_is(attribute(at, count, "isPermaLink"), DH_VIEW("false"))) r->collected = RANK_GUID;
    r->text.len = 0;
    if (e == EL_LINK && (parent == EL_ITEM || parent == EL_ENTRY)) start_link(r, at, count);
}

/* An address that is too long is cut, and fails as such. */
static void take_text(void *user, const xmlChar *text, int len) {
    reader *r = user;
    if (r->collected && r->text.len <= URL_MAX_BYTES && dh_buf_append(&r->text, (const char *)text, (size_t)len))
        end(r, fault_memory(r->fault));
}

/* A guid that is no address is one all the same for who forgets to say that it is none. */
static void end_entry(reader *r, element e) {
    dh_view address = dh_buf_view(&r->link);
    if (r->broken) r->job->broken++;
    else if (r->best == RANK_LINK || (r->best == RANK_GUID && url_is_http(address)))
        if (!guide_take(r->job, address, e == EL_SITEMAP, r->fault)) end(r, false);
    if (r->job->cut) end(r, true);
}

static void end_element(void *user, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri) {
    reader *r = user;
    if (!r->depth) return;
    r->depth--;
    if (r->collected) take_link(r, dh_buf_view(&r->text), r->collected);
    r->collected = RANK_NONE;
    if (r->depth < GUIDE_DEPTH && is_entry(r->open[r->depth])) end_entry(r, r->open[r->depth]);
}

/* An entity of HTML, which XML does not know, or one that the feed defines: a blank, not an error. libxml2 would write to one without
 * an `orig` when it comes to its declaration. */
static xmlEntityPtr no_entity(void *user, const xmlChar *name) {
    static const xmlEntity blank = {.type = XML_ENTITY_DECL, .name = (const xmlChar *)"", .orig = (xmlChar *)" ", .content = (xmlChar *)" ", .length = 1,
                                    .etype = XML_INTERNAL_PREDEFINED_ENTITY};
    return (xmlEntityPtr)(uintptr_t)&blank; /* it is only read */
}

static void take_error(void *user, xmlErrorPtr error) {
    reader *r = user;
    if (error->code == XML_ERR_NO_MEMORY) end(r, fault_memory(r->fault));
    else if (error->level >= XML_ERR_ERROR) r->broken = true;
}

/* ---- the whole ----------------------------------------------------------------------------------------------------- */

static void parse(reader *r) {
    r->lib->use_options(r->ctxt, XML_PARSE_NONET | XML_PARSE_NOENT | XML_PARSE_RECOVER | XML_PARSE_COMPACT);
    *r->ctxt->sax = (xmlSAXHandler){.initialized = XML_SAX2_MAGIC, .startElementNs = start, .endElementNs = end_element, .characters = take_text,
                                    .cdataBlock = take_text, .getEntity = no_entity, .serror = take_error};
    r->ctxt->userData = r;
    r->lib->parse(r->ctxt);
    if (r->ctxt->myDoc) r->lib->free_doc(r->ctxt->myDoc); /* of what a DTD declares */
    r->ctxt->myDoc = NULL;
}

bool guide_read_xml(guide_job *job, dh_view body, fetch_fault *fault) {
    xml lib;
    if (body.len > INT_MAX) return fault_set(fault, FAULT_LIMIT, "larger than %d bytes", INT_MAX);
    if (!load(&lib, fault)) return false;
    reader r = {.lib = &lib, .job = job, .fault = fault, .ctxt = lib.create(body.ptr, (int)body.len)};
    if (!r.ctxt) return fault_memory(fault);
    dh_buf_init(&r.text, 0);
    dh_buf_init(&r.link, 0);
    parse(&r);
    lib.free(r.ctxt);
    dh_buf_clear(&r.text);
    dh_buf_clear(&r.link);
    if (r.failed) return false;
    return r.known || guide_none(fault, "it is not XML");
}
