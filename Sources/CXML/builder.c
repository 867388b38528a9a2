/* The flat tree while it grows: arrays that double, indices that stay. */
#include "internal.h"

#include <stdlib.h>
#include <string.h>

/* Makes room for one more item of an array that `document` shows as constant. */
static bool reserve(const void *array, uint32_t *capacity, uint32_t count, size_t item_size, void **result) {
    *result = (void *)(uintptr_t)array;
    if (count < *capacity) return true;
    uint32_t grown = *capacity * 2;
    void *moved = grown > *capacity ? realloc(*result, grown * item_size) : NULL;
    if (moved == NULL) return false;
    *result = moved;
    *capacity = grown;
    return true;
}

cxml_builder *cxml_builder_create(size_t source_length) {
    cxml_builder *builder = malloc(sizeof(cxml_builder));
    if (builder == NULL) return NULL;
    memset(builder, 0, offsetof(cxml_builder, last_child));
    builder->last_child[0] = 0;
    builder->document.known_name_end = cxml_name_end();
    builder->node_capacity = (uint32_t)(source_length / 32 + 16);
    builder->attribute_capacity = (uint32_t)(source_length / 128 + 16);
    builder->declaration_capacity = 16;
    builder->own_name_capacity = 16;
    /* Values are never longer than their source; only names may make it grow. */
    builder->text_capacity = (uint32_t)(source_length + 64);
    builder->document.nodes = malloc(builder->node_capacity * sizeof(cxml_node));
    builder->document.attributes = malloc(builder->attribute_capacity * sizeof(cxml_attribute));
    builder->document.declarations = malloc(builder->declaration_capacity * sizeof(cxml_declaration));
    builder->document.own_names = malloc(builder->own_name_capacity * sizeof(cxml_own_name));
    builder->document.text = malloc(builder->text_capacity);
    const cxml_document *d = &builder->document;
    if (d->nodes == NULL || d->attributes == NULL || d->declarations == NULL || d->own_names == NULL
        || d->text == NULL) {
        cxml_builder_free(builder);
        return NULL;
    }
    memset((void *)(uintptr_t)d->nodes, 0, sizeof(cxml_node));
    builder->document.node_count = 1;
    return builder;
}

void cxml_builder_free(cxml_builder *builder) {
    if (builder != NULL) cxml_document_free(&builder->document);
}

void cxml_document_free(const cxml_document *document) {
    if (document == NULL) return;
    free((void *)(uintptr_t)document->nodes);
    free((void *)(uintptr_t)document->attributes);
    free((void *)(uintptr_t)document->declarations);
    free((void *)(uintptr_t)document->own_names);
    free((void *)(uintptr_t)document->text);
    free((void *)(uintptr_t)document->source);
    free((void *)(uintptr_t)document);
}

static cxml_node *node_at(cxml_builder *builder, uint32_t index) {
    return (cxml_node *)(uintptr_t)&builder->document.nodes[index];
}

/* Appends to the text buffer; the range begins where the buffer ended. */
static bool append(cxml_builder *builder, const char *text, size_t length, cxml_range *range) {
    cxml_document *d = &builder->document;
    if (length > builder->text_capacity - d->text_length) {
        size_t grown = ((size_t)d->text_length + length) * 2;
        char *moved = grown < UINT32_MAX ? realloc((void *)(uintptr_t)d->text, grown) : NULL;
        if (moved == NULL) return false;
        d->text = moved;
        builder->text_capacity = (uint32_t)grown;
    }
    memcpy((char *)(uintptr_t)d->text + d->text_length, text, length);
    *range = (cxml_range){d->text_length, (uint32_t)length};
    d->text_length += (uint32_t)length;
    return true;
}

bool cxml_builder_open(cxml_builder *builder, uint32_t name, uint32_t source_offset, uint32_t line) {
    cxml_document *d = &builder->document;
    void *nodes;
    if (builder->depth > CXML_DEPTH_CEILING) return false;
    bool roomy = reserve(d->nodes, &builder->node_capacity, d->node_count, sizeof(cxml_node), &nodes);
    d->nodes = nodes;
    if (!roomy) return false;
    uint32_t index = d->node_count++;
    *node_at(builder, index) = (cxml_node){
        .name = name,
        .parent = builder->open_node,
        .first_attribute = d->attribute_count,
        .first_declaration = d->declaration_count,
        .source_offset = source_offset,
        .line = line,
    };
    uint32_t previous = builder->last_child[builder->depth];
    if (previous != 0) node_at(builder, previous)->next_sibling = index;
    else if (builder->open_node != 0) node_at(builder, builder->open_node)->first_child = index;
    builder->last_child[builder->depth] = index;
    builder->depth++;
    builder->last_child[builder->depth] = 0;
    builder->open_node = index;
    return true;
}

void cxml_builder_close(cxml_builder *builder) {
    if (builder->depth == 0) return;
    builder->depth--;
    builder->open_node = node_at(builder, builder->open_node)->parent;
}

bool cxml_builder_declare(
    cxml_builder *builder, const char *prefix, size_t prefix_length, const char *space, size_t space_length
) {
    cxml_document *d = &builder->document;
    void *declarations;
    bool roomy = reserve(
        d->declarations, &builder->declaration_capacity, d->declaration_count, sizeof(cxml_declaration),
        &declarations
    );
    d->declarations = declarations;
    cxml_declaration declaration;
    if (!roomy || !append(builder, prefix, prefix_length, &declaration.prefix)
        || !append(builder, space, space_length, &declaration.space))
        return false;
    ((cxml_declaration *)declarations)[d->declaration_count++] = declaration;
    node_at(builder, builder->open_node)->declaration_count++;
    return true;
}

bool cxml_builder_attribute(cxml_builder *builder, uint32_t name, const char *value, size_t length) {
    cxml_document *d = &builder->document;
    void *attributes;
    bool roomy = reserve(
        d->attributes, &builder->attribute_capacity, d->attribute_count, sizeof(cxml_attribute), &attributes
    );
    d->attributes = attributes;
    cxml_attribute attribute = {.name = name};
    if (!roomy || !append(builder, value, length, &attribute.value)) return false;
    ((cxml_attribute *)attributes)[d->attribute_count++] = attribute;
    node_at(builder, builder->open_node)->attribute_count++;
    return true;
}

bool cxml_builder_text(cxml_builder *builder, const char *text, size_t length) {
    if (builder->open_node == 0) return true;
    cxml_range added;
    if (!append(builder, text, length, &added)) return false;
    uint32_t previous = builder->last_child[builder->depth];
    cxml_range *range =
        previous == 0 ? &node_at(builder, builder->open_node)->text : &node_at(builder, previous)->tail;
    /* Nothing but text was appended since the run began, so a run is always in one piece. */
    if (range->length == 0) *range = added;
    else range->length += added.length;
    return true;
}

uint32_t cxml_builder_name(cxml_builder *builder, cxml_name name) {
    uint32_t known = cxml_name_find(name);
    if (known != 0) return known;
    cxml_document *d = &builder->document;
    void *names;
    bool roomy =
        reserve(d->own_names, &builder->own_name_capacity, d->own_name_count, sizeof(cxml_own_name), &names);
    d->own_names = names;
    cxml_own_name own;
    if (!roomy || !append(builder, name.space, name.space_length, &own.space)
        || !append(builder, name.local, name.local_length, &own.local))
        return 0;
    ((cxml_own_name *)names)[d->own_name_count] = own;
    return CXML_OWN_NAME | d->own_name_count++;
}
