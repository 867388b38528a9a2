/* Bytes to a flat tree: the usual ones at once, all others through libxml2's SAX2 interface. */
#include "internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { cache_slots = 512, dictionary_strings_max = 2048, idle_parsers_max = 16 };

/* A name as the parser's dictionary holds it: equal strings are the same pointer. */
typedef struct {
    const xmlChar *local;
    const xmlChar *space;
    uint32_t name;
    uint32_t longest_part; /* in bytes; limits differ from parse to parse */
    uint32_t parse_number; /* a document's own names are good for one parse only */
} cached_name;

/* A parser with its dictionary, kept for the next document. */
typedef struct parser {
    xmlParserCtxtPtr context;
    struct parser *next;
    uint32_t parse_number;
    cached_name cache[cache_slots];
} parser;

typedef struct {
    cxml_parse parse; /* first: the shared callbacks see only this part */
    parser *parser;
    cxml_builder *builder;
} tree_parse;

static pthread_mutex_t idle_lock = PTHREAD_MUTEX_INITIALIZER;
static parser *idle;
static unsigned idle_count;

static tree_parse *parse_of(void *context) {
    return ((xmlParserCtxtPtr)context)->_private;
}

static uint32_t
resolve_name(tree_parse *tree, const xmlChar *local, const xmlChar *space, cached_name *slot) {
    cxml_name name = {.space = space == NULL ? "" : (const char *)space, .local = (const char *)local};
    name.space_length = (uint32_t)strlen(name.space);
    name.local_length = (uint32_t)strlen(name.local);
    uint32_t longest = name.local_length > name.space_length ? name.local_length : name.space_length;
    if (longest > tree->parse.limits->name_bytes_max) {
        cxml_parse_stop(
            &tree->parse, cxml_code_name_too_long, "a name is longer than the limit",
            cxml_parse_tag_offset(&tree->parse)
        );
        return 0;
    }
    uint32_t number = cxml_builder_name(tree->builder, name);
    if (number == 0) cxml_parse_stop(&tree->parse, cxml_code_no_memory, "no memory to parse the document", 0);
    else *slot = (cached_name){local, space, number, longest, tree->parser->parse_number};
    return number;
}

static uint32_t name_number(tree_parse *tree, const xmlChar *local, const xmlChar *space) {
    uintptr_t mixed = ((uintptr_t)local * 0x9E3779B97F4A7C15u) ^ ((uintptr_t)space * 0xC2B2AE3D27D4EB4Fu);
    cached_name *slot = &tree->parser->cache[(mixed >> 40) % cache_slots];
    if (slot->local == local && slot->space == space
        && slot->longest_part <= tree->parse.limits->name_bytes_max
        && ((slot->name & CXML_OWN_NAME) == 0 || slot->parse_number == tree->parser->parse_number))
        return slot->name;
    return resolve_name(tree, local, space, slot);
}

static void on_start(
    void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space, int namespace_count,
    const xmlChar **namespaces, int attribute_count, int defaulted_count, const xmlChar **attributes
) {
    (void)prefix;
    (void)defaulted_count;
    tree_parse *tree = parse_of(context);
    if (!cxml_parse_enter(&tree->parse, namespace_count, attribute_count)) return;
    uint32_t name = name_number(tree, local, space);
    if (name == 0) return;
    size_t offset = cxml_parse_tag_offset(&tree->parse);
    bool built =
        cxml_builder_open(tree->builder, name, (uint32_t)offset, cxml_parse_tag_line(&tree->parse, offset));
    for (int i = 0; built && i < namespace_count; i++) {
        const char *prefix = namespaces[2 * i] == NULL ? "" : (const char *)namespaces[2 * i];
        const char *uri = namespaces[2 * i + 1] == NULL ? "" : (const char *)namespaces[2 * i + 1];
        cxml_range prefix_text, uri_text;
        built = cxml_builder_append(tree->builder, prefix, strlen(prefix), &prefix_text)
            && cxml_builder_append(tree->builder, uri, strlen(uri), &uri_text)
            && cxml_builder_declare(tree->builder, prefix_text, uri_text);
    }
    /* Five pointers an attribute: local name, prefix, namespace, begin and end of the value. */
    for (int i = 0; built && i < attribute_count; i++, attributes += 5) {
        uint32_t attribute = name_number(tree, attributes[0], attributes[2]);
        if (attribute == 0) return;
        size_t length = (size_t)(attributes[4] - attributes[3]);
        cxml_range value;
        built = cxml_builder_append(tree->builder, (const char *)attributes[3], length, &value)
            && cxml_builder_attribute(tree->builder, attribute, value);
    }
    if (!built) cxml_parse_stop(&tree->parse, cxml_code_no_memory, "no memory to parse the document", 0);
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space) {
    (void)local;
    (void)prefix;
    (void)space;
    tree_parse *tree = parse_of(context);
    cxml_parse_leave(&tree->parse);
    cxml_builder_close(tree->builder);
}

static void on_text(void *context, const xmlChar *text, int length) {
    tree_parse *tree = parse_of(context);
    if (!cxml_builder_text(tree->builder, (const char *)text, (size_t)length)) {
        cxml_parse_stop(&tree->parse, cxml_code_no_memory, "no memory to parse the document", 0);
    }
}

static void parser_free(parser *p) {
    if (p == NULL) return;
    xmlFreeParserCtxt(p->context);
    free(p);
}

static parser *parser_take(void) {
    pthread_mutex_lock(&idle_lock);
    parser *p = idle;
    if (p != NULL) {
        idle = p->next;
        idle_count--;
    }
    pthread_mutex_unlock(&idle_lock);
    if (p == NULL) {
        cxml_initialize();
        p = calloc(1, sizeof(parser));
        xmlParserCtxtPtr context = p == NULL ? NULL : xmlNewParserCtxt();
        if (context == NULL) {
            free(p);
            return NULL;
        }
        p->context = context;
        memset(context->sax, 0, sizeof(*context->sax));
        context->sax->initialized = XML_SAX2_MAGIC;
        context->sax->internalSubset = cxml_parse_on_doctype;
        context->sax->startElementNs = on_start;
        context->sax->endElementNs = on_end;
        context->sax->characters = on_text;
        context->sax->ignorableWhitespace = on_text;
        context->sax->cdataBlock = on_text;
        context->sax->serror = (xmlStructuredErrorFunc)cxml_parse_on_error;
    }
    p->parse_number++;
    return p;
}

/* Keeps a parser for the next document, unless its document was faulty (it may hold remains) or filled its
   dictionary. */
static void parser_give_back(parser *p, bool clean) {
    if (clean && p->parse_number < UINT32_MAX && xmlDictSize(p->context->dict) <= dictionary_strings_max) {
        pthread_mutex_lock(&idle_lock);
        if (idle_count < idle_parsers_max) {
            p->next = idle;
            idle = p;
            idle_count++;
            p = NULL;
        }
        pthread_mutex_unlock(&idle_lock);
    }
    parser_free(p);
}

/* What the plain parser leaves, through libxml2. */
static bool parse_any(tree_parse *tree) {
    const cxml_utf8 *source = &tree->parse.source;
    tree->parser = parser_take();
    tree->builder = tree->parser == NULL ? NULL : cxml_builder_create(source->text, source->length);
    if (tree->builder == NULL) {
        if (tree->parser != NULL) parser_give_back(tree->parser, false);
        cxml_fail(tree->parse.error, cxml_code_no_memory, "no memory to parse the document", 0, 0);
        return false;
    }
    bool parsed = cxml_parse_run(&tree->parse, tree->parser->context);
    parser_give_back(tree->parser, parsed);
    if (parsed && tree->builder->document.node_count > 1) return true;
    cxml_fail(tree->parse.error, cxml_code_not_xml, "the document has no element", 0, 0);
    return false;
}

const cxml_document *
cxml_document_parse(const void *bytes, size_t count, const cxml_limits *limits, cxml_error *error) {
    *error = (cxml_error){cxml_code_ok, 0, 0, NULL};
    cxml_utf8 source;
    cxml_builder *builder = NULL;
    if (cxml_utf8_prepare(bytes, count, limits, &source, error)) {
        builder = cxml_builder_create(source.text, source.length);
        bool parsed = builder != NULL && cxml_plain_parse(&source, limits, builder);
        if (!parsed) {
            cxml_builder_free(builder);
            tree_parse tree = {.parse = {.limits = limits, .error = error, .source = source}};
            parsed = parse_any(&tree);
            builder = tree.builder;
        }
        if (!parsed) {
            cxml_builder_free(builder);
            builder = NULL;
        }
    }
    free(source.owned);
    return builder == NULL ? NULL : &builder->document;
}
