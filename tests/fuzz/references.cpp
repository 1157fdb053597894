#include "lanthorn/files/library.hpp"

#include "fuzz/targets.hpp"

namespace lanthorn::fuzz {

void references(std::string_view bytes)
{
    accepted([&] {
        for (Reference const& reference : references_from(bytes)) {
            promise(!reference.key.empty(), "a reference has a key");
            promise(bytes.find(reference.bibtex) != std::string_view::npos,
                    "an entry stands as it was written");
        }
    });
}

}  // namespace lanthorn::fuzz
