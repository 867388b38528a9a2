#define _GNU_SOURCE /* memrchr, memmem */
/* One bounded run of libxml2's parser: limits, refusals and errors, the same for the flat tree and the DOM.
 */
#include "internal.h"

#include <pthread.h>
#include <string.h>

static pthread_once_t initialized = PTHREAD_ONCE_INIT;

/* Some of libxml2's complaints go past every handler to standard error, with parts of the document; here they
   go nowhere. */
static void discard(void *context, const char *format, ...) {
    (void)context;
    (void)format;
}

static void initialize(void) {
    xmlInitParser();
    xmlThrDefSetGenericErrorFunc(NULL, discard);
    xmlSetGenericErrorFunc(NULL, discard);
}

void cxml_initialize(void) {
    pthread_once(&initialized, initialize);
}

size_t cxml_parse_offset(const cxml_parse *parse) {
    const xmlParserInput *input = parse->context->input;
    if (input == NULL) return parse->source.length;
    size_t offset = (size_t)input->consumed + (size_t)(input->cur - input->base);
    return offset < parse->source.length ? offset : parse->source.length;
}

size_t cxml_parse_tag_offset(const cxml_parse *parse) {
    /* A start tag holds no second '<': in a value it would have been an error. */
    size_t offset = cxml_parse_offset(parse);
    const char *start = memrchr(parse->source.text, '<', offset);
    return start == NULL ? offset : (size_t)(start - parse->source.text);
}

uint32_t cxml_parse_tag_line(const cxml_parse *parse, size_t tag_offset) {
    int line = parse->context->input == NULL ? 0 : parse->context->input->line;
    const char *p = parse->source.text + tag_offset, *end = parse->source.text + cxml_parse_offset(parse);
    while (p < end && (p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        line--;
        p++;
    }
    return line > 0 ? (uint32_t)line : 0;
}

void cxml_parse_fail(const cxml_parse *parse, cxml_code code, const char *message, size_t offset) {
    uint32_t line, column;
    cxml_position(parse->source.text, parse->source.length, offset, &line, &column);
    cxml_fail(parse->error, code, message, line, column);
}

void cxml_parse_stop(cxml_parse *parse, cxml_code code, const char *message, size_t offset) {
    cxml_parse_fail(parse, code, message, offset);
    xmlStopParser(parse->context);
}

bool cxml_parse_enter(cxml_parse *parse, int namespace_count, int attribute_count) {
    cxml_code code = cxml_code_ok;
    const char *message = NULL;
    uint32_t attributes = (uint32_t)namespace_count + (uint32_t)attribute_count;
    if (parse->error->code != cxml_code_ok) return false;
    if (parse->depth >= parse->depth_max) {
        code = cxml_code_too_deep;
        message = "elements are nested deeper than the limit";
    } else if (parse->element_count >= parse->limits->elements_max) {
        code = cxml_code_too_many_elements;
        message = "there are more elements than the limit";
    } else if (attributes > parse->limits->attributes_per_element_max) {
        code = cxml_code_too_many_attributes;
        message = "an element has more attributes than the limit";
    } else if (parse->namespace_count + (uint32_t)namespace_count > parse->limits->namespaces_in_scope_max) {
        code = cxml_code_too_many_namespaces;
        message = "there are more namespace declarations in force than the limit";
    }
    if (code != cxml_code_ok) {
        cxml_parse_stop(parse, code, message, cxml_parse_tag_offset(parse));
        return false;
    }
    parse->namespaces_at[parse->depth++] = (uint16_t)namespace_count;
    parse->namespace_count += (uint32_t)namespace_count;
    parse->element_count++;
    return true;
}

void cxml_parse_leave(cxml_parse *parse) {
    if (parse->depth == 0) return;
    parse->namespace_count -= parse->namespaces_at[--parse->depth];
}

void cxml_parse_on_doctype(
    void *context, const xmlChar *name, const xmlChar *external, const xmlChar *system
) {
    (void)name;
    (void)external;
    (void)system;
    cxml_parse *parse = ((xmlParserCtxtPtr)context)->_private;
    cxml_parse_stop(
        parse, cxml_code_dtd_refused, "a document type declaration, which is never read",
        cxml_parse_tag_offset(parse)
    );
}

/* Says whether the parser failed only because the rest is missing: nothing is left, or just a part of what
   opens or closes a comment, a CDATA section or the like, or the XML declaration has no end. */
static bool is_cut_off(const cxml_utf8 *source, size_t offset) {
    static const char *const starts[] = {"!--", "![CDATA[", "!DOCTYPE", "-->", "/>", "?>", "]]>"};
    size_t left = source->length - offset;
    if (left == 0) return true;
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (left < strlen(starts[i]) && memcmp(source->text + offset, starts[i], left) == 0) return true;
    }
    return source->length >= 5 && memcmp(source->text, "<?xml", 5) == 0
        && memmem(source->text, source->length, "?>", 2) == NULL;
}

void cxml_parse_on_error(void *context, xmlErrorPtr error) {
    cxml_parse *parse = ((xmlParserCtxtPtr)context)->_private;
    /* A namespace that is no proper URI, or a relative one, is a name like any other. */
    if (error->level < XML_ERR_ERROR || error->code == XML_WAR_NS_URI || parse->error->code != cxml_code_ok)
        return;
    size_t offset = cxml_parse_offset(parse);
    uint32_t line, column;
    cxml_position(parse->source.text, parse->source.length, offset, &line, &column);
    cxml_fail_from_parser(parse->error, error->code, is_cut_off(&parse->source, offset), line, column);
}

bool cxml_parse_run(cxml_parse *parse, xmlParserCtxtPtr context) {
    parse->context = context;
    parse->depth_max =
        parse->limits->depth_max < CXML_DEPTH_CEILING ? parse->limits->depth_max : CXML_DEPTH_CEILING;
    context->_private = parse;
    if (!cxml_check_attribute_counts(parse)) return false;
    /* NOENT only resolves the predefined entities in attributes: with every DOCTYPE refused there are no
       others. The text is UTF-8 by now, whatever the declaration says. */
    int options =
        XML_PARSE_NOENT | XML_PARSE_NONET | XML_PARSE_IGNORE_ENC | XML_PARSE_BIG_LINES | XML_PARSE_COMPACT;
    xmlDocPtr document =
        xmlCtxtReadMemory(context, parse->source.text, (int)parse->source.length, NULL, NULL, options);
    if (!context->wellFormed)
        cxml_fail(parse->error, cxml_code_not_xml, "the document is not well-formed", 0, 0);
    context->myDoc = document;
    context->_private = NULL;
    return parse->error->code == cxml_code_ok;
}
