/* libxml2's tree, for XPath: parsed under the same limits as the flat tree, read through opaque pointers. */
#include "dom.h"

#include <libxml/SAX2.h>
#include <stdlib.h>
#include <string.h>

static bool is_too_long(const cxml_parse *parse, const xmlChar *name) {
    return name != NULL && strlen((const char *)name) > parse->limits->name_bytes_max;
}

static void on_start(
    void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space, int namespace_count,
    const xmlChar **namespaces, int attribute_count, int defaulted_count, const xmlChar **attributes
) {
    cxml_parse *parse = ((xmlParserCtxtPtr)context)->_private;
    if (!cxml_parse_enter(parse, namespace_count, attribute_count)) return;
    bool too_long = is_too_long(parse, local) || is_too_long(parse, space);
    for (int i = 0; i < attribute_count; i++) {
        too_long =
            too_long || is_too_long(parse, attributes[5 * i]) || is_too_long(parse, attributes[5 * i + 2]);
    }
    if (too_long) {
        cxml_parse_stop(
            parse, cxml_code_name_too_long, "a name is longer than the limit", cxml_parse_tag_offset(parse)
        );
        return;
    }
    xmlSAX2StartElementNs(
        context, local, prefix, space, namespace_count, namespaces, attribute_count, defaulted_count,
        attributes
    );
}

static void on_end(void *context, const xmlChar *local, const xmlChar *prefix, const xmlChar *space) {
    cxml_parse_leave(((xmlParserCtxtPtr)context)->_private);
    xmlSAX2EndElementNs(context, local, prefix, space);
}

static xmlParserCtxtPtr create_parser(void) {
    cxml_initialize();
    xmlParserCtxtPtr context = xmlNewParserCtxt();
    if (context == NULL) return NULL;
    context->sax->internalSubset = cxml_parse_on_doctype;
    context->sax->startElementNs = on_start;
    context->sax->endElementNs = on_end;
    context->sax->comment = NULL;
    context->sax->processingInstruction = NULL;
    context->sax->cdataBlock = xmlSAX2Characters;
    context->sax->serror = (xmlStructuredErrorFunc)cxml_parse_on_error;
    return context;
}

static cxml_dom *create_dom(xmlDocPtr document) {
    cxml_dom *dom = malloc(sizeof(cxml_dom));
    xmlXPathContextPtr context = dom == NULL ? NULL : xmlXPathNewContext(document);
    if (context == NULL) {
        free(dom);
        return NULL;
    }
    xmlXPathContextSetCache(context, 1, -1, 0);
    /* Numbers the elements, without which sorting a large node set takes quadratic time. */
    xmlXPathOrderDocElems(document);
    *dom = (cxml_dom){document, context};
    return dom;
}

const cxml_dom *
cxml_dom_parse(const void *bytes, size_t count, const cxml_limits *limits, cxml_error *error) {
    *error = (cxml_error){cxml_code_ok, 0, 0, NULL};
    cxml_parse parse = {.limits = limits, .error = error};
    cxml_dom *dom = NULL;
    if (cxml_utf8_prepare(bytes, count, limits, &parse.source, error)) {
        xmlParserCtxtPtr context = create_parser();
        if (context == NULL) {
            cxml_fail(error, cxml_code_no_memory, "no memory to parse the document", 0, 0);
        } else {
            bool parsed = cxml_parse_run(&parse, context);
            xmlDocPtr document = context->myDoc;
            context->myDoc = NULL;
            xmlFreeParserCtxt(context);
            if (parsed && document != NULL && xmlDocGetRootElement(document) != NULL)
                dom = create_dom(document);
            if (dom == NULL) {
                xmlFreeDoc(document);
                cxml_fail(error, cxml_code_no_memory, "no memory to keep the document", 0, 0);
            }
        }
    }
    free(parse.source.owned);
    return dom;
}

void cxml_dom_free(const cxml_dom *dom) {
    if (dom == NULL) return;
    xmlXPathFreeContext(dom->context);
    xmlFreeDoc(dom->document);
    free((void *)(uintptr_t)dom);
}

/* libxml2 takes pointers to what it does not change. */
static xmlNodePtr inner(const cxml_dom_node *node) {
    return (xmlNodePtr)(uintptr_t)node;
}

static const cxml_dom_node *outer(const xmlNode *node) {
    return (const cxml_dom_node *)node;
}

/* The node itself or the next element after it. */
static const cxml_dom_node *element_from(xmlNodePtr node) {
    while (node != NULL && node->type != XML_ELEMENT_NODE) node = node->next;
    return outer(node);
}

const cxml_dom_node *cxml_dom_root(const cxml_dom *dom) {
    return outer(xmlDocGetRootElement(dom->document));
}

bool cxml_dom_node_is_element(const cxml_dom_node *node) {
    return inner(node)->type == XML_ELEMENT_NODE;
}

cxml_name cxml_dom_node_name(const cxml_dom_node *node) {
    const xmlNode *n = inner(node);
    cxml_name name = {"", 0, "", 0};
    if (n->type != XML_ELEMENT_NODE && n->type != XML_ATTRIBUTE_NODE) return name;
    if (n->ns != NULL && n->ns->href != NULL) name.space = (const char *)n->ns->href;
    if (n->name != NULL) name.local = (const char *)n->name;
    name.space_length = (uint32_t)strlen(name.space);
    name.local_length = (uint32_t)strlen(name.local);
    return name;
}

uint32_t cxml_dom_node_line(const cxml_dom_node *node) {
    long line = xmlGetLineNo(inner(node));
    return line > 0 ? (uint32_t)line : 0;
}

const cxml_dom_node *cxml_dom_node_parent(const cxml_dom_node *node) {
    xmlNodePtr parent = inner(node)->parent;
    return parent != NULL && parent->type == XML_ELEMENT_NODE ? outer(parent) : NULL;
}

const cxml_dom_node *cxml_dom_node_first_child(const cxml_dom_node *node) {
    return inner(node)->type == XML_ELEMENT_NODE ? element_from(inner(node)->children) : NULL;
}

const cxml_dom_node *cxml_dom_node_next_sibling(const cxml_dom_node *node) {
    return element_from(inner(node)->next);
}

char *cxml_dom_node_value(const cxml_dom_node *node) {
    return (char *)xmlXPathCastNodeToString(inner(node));
}

char *cxml_dom_node_attribute(const cxml_dom_node *node, const char *local, const char *space) {
    if (inner(node)->type != XML_ELEMENT_NODE) return NULL;
    if (space == NULL) return (char *)xmlGetNoNsProp(inner(node), BAD_CAST local);
    return (char *)xmlGetNsProp(inner(node), BAD_CAST local, BAD_CAST space);
}

void cxml_string_free(char *string) {
    if (string != NULL) xmlFree(string);
}
