/* A DOM subtree as a flat tree, so that both are written out by the same code. */
#include "dom.h"

#include <string.h>

static uint32_t name_number(cxml_builder *builder, const xmlChar *local, const xmlNs *space) {
    const char *uri = space == NULL || space->href == NULL ? "" : (const char *)space->href;
    const char *name = (const char *)local;
    return cxml_builder_name(builder, (cxml_name){uri, (uint32_t)strlen(uri), name, (uint32_t)strlen(name)});
}

static bool declare(cxml_builder *builder, const xmlNs *space) {
    const char *prefix = space->prefix == NULL ? "" : (const char *)space->prefix;
    const char *uri = space->href == NULL ? "" : (const char *)space->href;
    cxml_range prefix_text, uri_text;
    return cxml_builder_append(builder, prefix, strlen(prefix), &prefix_text)
        && cxml_builder_append(builder, uri, strlen(uri), &uri_text)
        && cxml_builder_declare(builder, prefix_text, uri_text);
}

static bool add_attribute(cxml_builder *builder, const xmlAttr *attribute) {
    uint32_t name = name_number(builder, attribute->name, attribute->ns);
    if (name == 0) return false;
    xmlChar *value = xmlNodeListGetString(attribute->doc, attribute->children, 1);
    const char *text = value == NULL ? "" : (const char *)value;
    cxml_range kept;
    bool added = cxml_builder_append(builder, text, strlen(text), &kept)
        && cxml_builder_attribute(builder, name, kept);
    if (value != NULL) xmlFree(value);
    return added;
}

static bool open_element(cxml_builder *builder, const xmlNode *node, bool is_top) {
    uint32_t name = name_number(builder, node->name, node->ns);
    if (name == 0 || !cxml_builder_open(builder, name, 0, (uint32_t)xmlGetLineNo(node))) return false;
    bool built = true;
    if (is_top) {
        /* Values may use prefixes that an ancestor declares. */
        xmlNsPtr *in_force = xmlGetNsList(node->doc, node);
        for (xmlNsPtr *space = in_force; built && space != NULL && *space != NULL; space++) {
            built = declare(builder, *space);
        }
        if (in_force != NULL) xmlFree(in_force);
    } else {
        for (const xmlNs *space = node->nsDef; built && space != NULL; space = space->next) {
            built = declare(builder, space);
        }
    }
    for (const xmlAttr *attribute = node->properties; built && attribute != NULL;
         attribute = attribute->next) {
        built = add_attribute(builder, attribute);
    }
    return built;
}

/* Copies the subtree in document order, without recursion. */
static bool copy_subtree(cxml_builder *builder, const xmlNode *top) {
    const xmlNode *node = top;
    for (;;) {
        if (node->type == XML_ELEMENT_NODE) {
            if (!open_element(builder, node, node == top)) return false;
            if (node->children != NULL) {
                node = node->children;
                continue;
            }
            cxml_builder_close(builder);
        } else if (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) {
            const char *text = node->content == NULL ? "" : (const char *)node->content;
            if (!cxml_builder_text(builder, text, strlen(text))) return false;
        }
        while (node != top && node->next == NULL) {
            node = node->parent;
            cxml_builder_close(builder);
        }
        if (node == top) return true;
        node = node->next;
    }
}

const cxml_document *cxml_dom_node_flatten(const cxml_dom_node *node, cxml_error *error) {
    const xmlNode *top = (const xmlNode *)(const void *)node;
    *error = (cxml_error){cxml_code_ok, 0, 0, NULL};
    if (top->type != XML_ELEMENT_NODE) {
        cxml_fail(error, cxml_code_xpath_evaluation, "the node is not an element", 0, 0);
        return NULL;
    }
    cxml_builder *builder = cxml_builder_create("", 0);
    if (builder != NULL && copy_subtree(builder, top)) return &builder->document;
    cxml_builder_free(builder);
    cxml_fail(error, cxml_code_no_memory, "no memory to copy the element", 0, 0);
    return NULL;
}
