#include "lanthorn/data/schema_level.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace lanthorn {

namespace {

using Json = nlohmann::ordered_json;

void add_range(Json& json, Key const& key)
{
    if (std::isfinite(key.least)) json["minimum"] = key.least;
    if (std::isfinite(key.most)) json["maximum"] = key.most;
}

Json quantity(Dimension dimension)
{
    if (dimension == Dimension::none) return {{"type", {"number", "string"}}};
    return {{"type", "string"},
            {"pattern", R"(^\s*[-+]?(\d|\.\d))"},
            {"examples", {"10 " + std::string(house_unit(dimension))}}};
}

Json text(Key const& key)
{
    Json json = {{"type", "string"}};
    if (!key.choices.empty()) json["enum"] = key.choices;
    return json;
}

Json value(Key const& key)
{
    Json json;
    switch (key.type) {
    case KeyType::text:
        json = {{"type", "string"}};
        break;
    case KeyType::choice:
        json = text(key);
        break;
    case KeyType::integer:
        json = {{"type", "integer"}};
        add_range(json, key);
        break;
    case KeyType::number:
        json = {{"type", "number"}};
        add_range(json, key);
        break;
    case KeyType::quantity:
        json = quantity(key.dimension);
        break;
    case KeyType::flag:
        json = {{"type", "boolean"}};
        break;
    case KeyType::fractions:
        json = {{"type", "object"},
                {"additionalProperties", {{"type", "number"}, {"minimum", 0}, {"maximum", 1}}}};
        break;
    case KeyType::schedule:
        json = {{"type", "array"},
                {"minItems", 1},
                {"items",
                 {{"type", "array"},
                  {"prefixItems", Json::array({quantity(key.dimension), quantity(Dimension::time)})},
                  {"minItems", 2},
                  {"maxItems", 2}}}};
        break;
    case KeyType::list:
        json = {{"type", "array"}, {"items", text(key)}};
        break;
    case KeyType::series: {
        Json const value = {
            {"anyOf", Json::array({{{"type", "number"}}, {{"type", "string"}}, {{"type", "boolean"}}})}};
        Json const count = {{"type", "integer"}, {"minimum", 1}};
        json = {{"anyOf",
                 Json::array({{{"type", "array"}, {"minItems", 1}, {"items", value}},
                              {{"type", "object"},
                               {"properties",
                                {{"from", value}, {"to", value}, {"per_decade", count}, {"steps", count}}},
                               {"additionalProperties", false},
                               {"required", {"from", "to"}}}})}};
        break;
    }
    }
    json["description"] = key.sentence;
    if (key.default_text.empty()) return json;
    bool const as_text =
        key.type == KeyType::text || key.type == KeyType::choice || key.type == KeyType::quantity;
    Json const parsed = as_text ? Json(key.default_text) : Json::parse(key.default_text, nullptr, false);
    if (!parsed.is_discarded()) json["default"] = parsed;
    return json;
}

Json table(SchemaLevel const& level)
{
    Json properties = Json::object(), required = Json::array();
    for (SchemaLevel const& child : level.children) {
        Json json;
        if (child.children.empty())
            json = value(*child.key);
        else {
            json = table(child);
            if (child.list) json = {{"type", "array"}, {"items", json}};
            if (child.list && child.required) json["minItems"] = 1;
            if (child.key != nullptr) json = {{"anyOf", Json::array({value(*child.key), json})}};
        }
        properties[child.name] = json;
        if (child.required || (child.key != nullptr && child.key->required)) required.push_back(child.name);
    }
    Json json = {{"type", "object"}, {"properties", properties}, {"additionalProperties", false}};
    if (!required.empty()) json["required"] = required;
    return json;
}

}  // namespace

std::string json_schema(Schema const& schema)
{
    Json json = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}};
    json.update(table(levels_of(schema)));
    return json.dump(2) + "\n";
}

}  // namespace lanthorn
