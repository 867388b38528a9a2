/* libxml2 compares every attribute of a start tag with every other before it reports the tag, so a tag with
   very many attributes would take minutes. This counts quoted values per tag beforehand; small documents
   cannot do harm and are spared the pass. */
#define _GNU_SOURCE /* memmem */
#include "internal.h"

#include <string.h>

enum { harmless_bytes = 16 * 1024 };

/* Behind the next occurrence of a mark, or NULL. */
static const char *behind(const char *start, const char *end, const char *mark) {
    const char *found = start < end ? memmem(start, (size_t)(end - start), mark, strlen(mark)) : NULL;
    return found == NULL ? NULL : found + strlen(mark);
}

static bool begins_with(const char *p, const char *end, const char *mark) {
    size_t length = strlen(mark);
    return (size_t)(end - p) >= length && memcmp(p, mark, length) == 0;
}

/* Behind a tag, counting its quoted values; NULL when it does not end or has too many. */
static const char *behind_tag(const char *p, const char *end, uint32_t *values, uint32_t values_max) {
    for (p++; p < end && *p != '<'; p++) {
        if (*p == '>') return p + 1;
        if (*p != '"' && *p != '\'') continue;
        if (++*values > values_max) return NULL;
        p = memchr(p + 1, *p, (size_t)(end - p - 1));
        if (p == NULL) return NULL;
    }
    return p < end ? p : NULL;
}

/* What is not well-formed passes: the parser will say so, and better. */
bool cxml_check_attribute_counts(const cxml_parse *parse) {
    const char *start = parse->source.text, *end = start + parse->source.length, *p = start;
    uint32_t values_max = parse->limits->attributes_per_element_max;
    if (parse->source.length <= harmless_bytes) return true;
    while (p != NULL && p < end && (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
        const char *tag = p;
        uint32_t values = 0;
        if (begins_with(p, end, "<!--")) p = behind(p + 4, end, "-->");
        else if (begins_with(p, end, "<![CDATA[")) p = behind(p + 9, end, "]]>");
        else if (begins_with(p, end, "<?")) p = behind(p + 2, end, "?>");
        else p = behind_tag(p, end, &values, values_max);
        if (values > values_max) {
            cxml_parse_fail(
                parse, cxml_code_too_many_attributes, "an element has more attributes than the limit",
                (size_t)(tag - start)
            );
            return false;
        }
    }
    return true;
}
