/* What is a name, and where one ends. */
#include "facts/names.h"

#include "facts/months.h"
#include "judge/fold.h"

/* Longer ones are sentences. */
#define NAME_BYTES 80
#define NAME_WORDS 7
#define PERSON_WORDS 5
#define CREDENTIAL_BYTES 8

/* ---- words before and between ---- */

static const dh_view by_words[] = {
    DH_LIT("written by"), DH_LIT("posted by"), DH_LIT("published by"), DH_LIT("reviewed by"), DH_LIT("story by"), DH_LIT("text by"),
    DH_LIT("article by"), DH_LIT("words by"), DH_LIT("reported by"), DH_LIT("report by"), DH_LIT("created by"), DH_LIT("authored by"), DH_LIT("started by"),
    DH_LIT("by"), DH_LIT("author"), DH_LIT("authors"), DH_LIT("writer"), DH_LIT("autor"), DH_LIT("autorin"), DH_LIT("autoren"),
    DH_LIT("auteur"), DH_LIT("auteurs"), DH_LIT("autore"), DH_LIT("autores"), DH_LIT("von"), DH_LIT("par"), DH_LIT("por"), DH_LIT("di"),
    DH_LIT("door"), DH_LIT("av"), DH_LIT("af"), DH_LIT("przez"), DH_LIT("text"), DH_LIT("foto"), DH_LIT("from"),
    DH_LIT("\xd0\xb0\xd0\xb2\xd1\x82\xd0\xbe\xd1\x80"), DH_LIT("\xe4\xbd\x9c\xe8\x80\x85"), DH_LIT("\xe8\xae\xb0\xe8\x80\x85"),
    DH_LIT("view all posts by"), DH_LIT("interview"), DH_LIT("recipe by"), DH_LIT("a guest post by"), DH_LIT("guest post by"), DH_LIT("geschrieben von"), DH_LIT("ver\xc3\xb6" "ffentlicht von"), DH_LIT("verfasst von"), DH_LIT("\xc3\xa9" "crit par"), DH_LIT("escrito por")};

static const dh_view and_words[] = {DH_LIT(" and "), DH_LIT(" und "), DH_LIT(" et "), DH_LIT(" y "), DH_LIT(" e "), DH_LIT(" en "), DH_LIT(" with ")};

/* Words that are no author by themselves. Folded. */
static const dh_view nobodies[] = {
    DH_LIT("admin"), DH_LIT("administrator"), DH_LIT("webmaster"), DH_LIT("author"), DH_LIT("authors"), DH_LIT("anonymous"), DH_LIT("guest"),
    DH_LIT("unknown"), DH_LIT("user"), DH_LIT("editor"), DH_LIT("root"), DH_LIT("null"), DH_LIT("none"), DH_LIT("undefined"), DH_LIT("wpadmin"),
    DH_LIT("superuser"), DH_LIT("super user"), DH_LIT("site admin"), DH_LIT("default"), DH_LIT("about the author"), DH_LIT("view all posts"),
    DH_LIT("redaktion"), DH_LIT("the author"), DH_LIT("author name"), DH_LIT("website"), DH_LIT("follow"), DH_LIT("share"), DH_LIT("read more"),
    DH_LIT("n a"), DH_LIT("na"), DH_LIT("ai"), DH_LIT("comments"), DH_LIT("written"), DH_LIT("content"), DH_LIT("autor"), DH_LIT("profile"),
    DH_LIT("member"), DH_LIT("expert"), DH_LIT("contributor"), DH_LIT("staff"), DH_LIT("team"), DH_LIT("published"), DH_LIT("updated"),
    DH_LIT("new"), DH_LIT("op"), DH_LIT("our correspondent"),
    DH_LIT("posted"), DH_LIT("topic author"), DH_LIT("post author"), DH_LIT("via"), DH_LIT("view more posts"), DH_LIT("posts"), DH_LIT("sponsored"),
    DH_LIT("veroffentlicht am"), DH_LIT("posted on"), DH_LIT("human"), DH_LIT("about"), DH_LIT("by")};

static bool is_word_end(const char *p, const char *end) {
    return p == end || !(((unsigned char)*p | 32) >= 'a' && (*p | 32) <= 'z') ? p == end || (unsigned char)*p < 0x80 : false;
}

size_t fc_by(dh_view text) {
    size_t most = 0;
    char first = text.len ? ascii_lower(text.ptr[0]) : 0;
    for (size_t i = 0; i < DH_COUNT(by_words); i++) {
        size_t n = by_words[i].len;
        if (by_words[i].ptr[0] != first) continue;
        if (!view_starts_nocase(text, by_words[i]) || n <= most) continue;
        const char *p = text.ptr + n, *end = text.ptr + text.len;
        if (!is_word_end(p, end) && (unsigned char)by_words[i].ptr[0] < 0x80) continue;
        if (view_starts_nocase((dh_view){p, (size_t)(end - p)}, DH_VIEW("(s)"))) p += 3;
        while (p < end && (*p == ' ' || *p == ':')) p++;
        if (view_starts((dh_view){p, (size_t)(end - p)}, DH_VIEW("\xef\xbc\x9a"))) p += 3; /* the colon of Chinese */
        most = (size_t)(p - text.ptr);
    }
    return most;
}

/* ---- names ---- */

static bool is_letter(char c) { return (unsigned char)c >= 0x80 || ((c | 32) >= 'a' && (c | 32) <= 'z'); }

static bool is_nobody(dh_view name) {
    char folded[NAME_BYTES * 4];
    size_t len = jd_fold(name, folded, sizeof folded);
    for (size_t i = 0; i < DH_COUNT(nobodies); i++)
        if (view_is(nobodies[i], (dh_view){folded, len})) return true;
    return false;
}

/* True if a part may be a name: letters, few words, no address. */
static bool is_name(dh_view v) {
    size_t letters = 0, words = 1, digits = 0, dots = 0;
    if (!v.len || v.len > NAME_BYTES || is_nobody(v) || fc_month(v)) return false;
    if (view_find_nocase(v, DH_VIEW("http")) < v.len || view_find_nocase(v, DH_VIEW("www.")) < v.len) return false;
    if (memchr(v.ptr, '@', v.len) && v.ptr[0] != '@') return false;
    for (size_t i = 0; i < v.len; i++) {
        letters += is_letter(v.ptr[i]);
        digits += v.ptr[i] >= '0' && v.ptr[i] <= '9';
        words += v.ptr[i] == ' ';
        dots += v.ptr[i] == '.'; /* "page.head.author" is left over from a template */
    }
    return words <= NAME_WORDS && letters >= 2 && (words == 1 || digits <= 2) && (words > 1 || dots < 2);
}

static bool is_upper(const char *p) { return (*p >= 'A' && *p <= 'Z') || (unsigned char)*p >= 0x80; }

/* Letters that stand behind a name: "MD", "PhD", "Jr." */
static bool is_credential(dh_view v) {
    size_t upper = 0;
    v = view_trim(v);
    if (!v.len || v.len > CREDENTIAL_BYTES) return false;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == ' ') return false;
        upper += v.ptr[i] >= 'A' && v.ptr[i] <= 'Z';
    }
    return upper >= 2 || view_is_nocase(v, DH_VIEW("jr.")) || view_is_nocase(v, DH_VIEW("jr")) || view_is_nocase(v, DH_VIEW("sr."));
}

bool fc_is_role(dh_view v) {
    static const dh_view words[] = {DH_LIT("editor"), DH_LIT("writer"), DH_LIT("reporter"), DH_LIT("correspondent"), DH_LIT("contributor"),
                                    DH_LIT("manager"), DH_LIT("director"), DH_LIT("founder"), DH_LIT("consultant"), DH_LIT("analyst"),
                                    DH_LIT("specialist"), DH_LIT("officer"), DH_LIT("journalist"), DH_LIT("columnist"), DH_LIT("head of"),
                                    DH_LIT("ceo"), DH_LIT("engineer"), DH_LIT("strategist"), DH_LIT("redakteur"), DH_LIT("certified"), DH_LIT("attorney"), DH_LIT("expert"), DH_LIT("reviewer"), DH_LIT("gründer"), DH_LIT("min read"),
                                    DH_LIT("updated"), DH_LIT("published"), DH_LIT("comment"), DH_LIT("read time"), DH_LIT("follow"), DH_LIT("photo")};
    for (size_t i = 0; i < DH_COUNT(words); i++)
        if (view_find_nocase(v, words[i]) < v.len) return true;
    return false;
}

static dh_view trim_name(dh_view v) {
    static const char before[] = " \n\t,;:.-|/([\"*", behind[] = " \n\t,;:-|/(\"*";
    for (;;) {
        size_t by = v.len ? fc_by(v) : 0;
        if (by) v = (dh_view){v.ptr + by, v.len - by};
        else if (v.len && v.ptr[0] && strchr(before, v.ptr[0])) v = (dh_view){v.ptr + 1, v.len - 1};
        else if (v.len && v.ptr[v.len - 1] && strchr(behind, v.ptr[v.len - 1])) v.len--;
        else return v;
    }
}

/* Where a date or what stands before one ends a name: "Jane Doe on May 2", "Jane Doe 02.05.2020". */
static size_t date_start(dh_view v) {
    for (size_t i = 1; i < v.len; i++) {
        if (v.ptr[i - 1] != ' ') continue;
        const char *p = v.ptr + i, *end = v.ptr + v.len, *q = p;
        if (*p >= '0' && *p <= '9') return i - 1;
        while (q < end && *q != ' ' && *q != '.') q++;
        const char *next = q;
        while (next < end && (*next == ' ' || *next == '.')) next++;
        bool digit = next < end && *next >= '0' && *next <= '9';
        if (digit && fc_month((dh_view){p, (size_t)(q - p)})) return i - 1;
        if (next > q && (view_is_nocase((dh_view){p, (size_t)(q - p)}, DH_VIEW("on")) || view_is_nocase((dh_view){p, (size_t)(q - p)}, DH_VIEW("am"))))
            return i - 1;
    }
    return v.len;
}

/* Where the first name of a list ends, and behind what parts it from the next. A comma before letters such as "MD" parts nothing. */
static size_t name_end(dh_view v, size_t *next) {
    static const dh_view signs[] = {DH_LIT(";"), DH_LIT("&"), DH_LIT("|"), DH_LIT("\n"), DH_LIT(" / "), DH_LIT("\xe2\x80\xa2"),
                                    DH_LIT("\xe2\x97\x8f"), DH_LIT("\xc2\xb7"), DH_LIT(" - "), DH_LIT(" \xe2\x80\x93 "), DH_LIT(" \xe2\x80\x94 "), DH_LIT(",")};
    for (size_t i = 0; i < v.len; i++) {
        dh_view rest = {v.ptr + i, v.len - i};
        for (size_t k = 0; k < DH_COUNT(signs); k++) {
            if (!view_starts(rest, signs[k])) continue;
            const char *p = rest.ptr + 1, *comma = memchr(p, ',', rest.len - 1);
            if (*rest.ptr == ',' && is_credential((dh_view){p, comma ? (size_t)(comma - p) : rest.len - 1})) continue;
            *next = i + signs[k].len;
            return i;
        }
        for (size_t k = 0; *rest.ptr == ' ' && k < DH_COUNT(and_words); k++)
            if (view_starts_nocase(rest, and_words[k]) && rest.len > and_words[k].len && is_upper(rest.ptr + and_words[k].len)) {
                *next = i + and_words[k].len;
                return i;
            }
    }
    *next = v.len;
    return v.len;
}

bool fc_next_name(dh_view *rest, dh_view *name) {
    while (rest->len) {
        size_t next, end = name_end(*rest, &next);
        *name = (dh_view){rest->ptr, end};
        name->len = date_start(*name);
        *name = trim_name(*name);
        *rest = (dh_view){rest->ptr + next, rest->len - next};
        if (is_name(*name)) return true;
    }
    return false;
}

bool fc_is_person(dh_view name) {
    size_t words = 0;
    for (size_t i = 0; i < name.len; i++)
        if (!i || name.ptr[i - 1] == ' ') {
            words++;
            if (words == 1 && !is_upper(name.ptr + i)) return false;
        }
    return words >= 2 && words <= PERSON_WORDS && name.len && name.ptr[name.len - 1] != '.' && !fc_is_role(name);
}
