#include "lanthorn/files/hdf5.hpp"

#include "lanthorn/base/contract.hpp"
#include "lanthorn/base/errors.hpp"
#include "lanthorn/files/replace_file.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <system_error>
#include <utility>

namespace lanthorn {

namespace {

std::mutex library_in_use; // the library of Debian is not for several threads

/// The library prints its errors unless told not to, and at exit closes what is open: a file that a full disk kept it
/// from writing crashes there.
class Silence {
public:
    Silence()
    {
        static auto const no_exit_handler = H5dont_atexit();  // before any other call
        (void)no_exit_handler;
        H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
        H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    }
    ~Silence() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
    Silence(Silence const&) = delete;
    Silence& operator=(Silence const&) = delete;

private:
    H5E_auto2_t function_ = nullptr;
    void* data_ = nullptr;
};

struct LibraryError {};

class Handle {
public:
    Handle(hid_t id, herr_t (*closer)(hid_t)) : id_(id), close_(closer)
    {
        if (id_ < 0) throw LibraryError();
    }
    Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Handle& operator=(Handle&&) = delete;
    ~Handle()
    {
        if (id_ >= 0) close_(id_);
    }
    operator hid_t() const { return id_; }
    /// Closes now, so that an error is seen.
    void close()
    {
        if (close_(std::exchange(id_, -1)) < 0) throw LibraryError();
    }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

void must(herr_t code)
{
    if (code < 0) throw LibraryError();
}

template <class N>
N count(N number)
{
    if (number < 0) throw LibraryError();
    return number;
}

constexpr std::size_t least_compressed = 1024;
constexpr hsize_t chunk_elements = 1 << 16;
constexpr int deepest = 64;

Handle access_properties()
{
    Handle properties(H5Pcreate(H5P_FILE_ACCESS), &H5Pclose);
    must(H5Pset_libver_bounds(properties, H5F_LIBVER_V18, H5F_LIBVER_V18));
    must(H5Pset_file_locking(properties, false, true));
    return properties;
}

Handle text_type(std::size_t bytes)
{
    Handle type(H5Tcopy(H5T_C_S1), &H5Tclose);
    must(H5Tset_size(type, std::max<std::size_t>(bytes, 1)));
    must(H5Tset_strpad(type, H5T_STR_NULLPAD));
    must(H5Tset_cset(type, H5T_CSET_UTF8));
    return type;
}

Handle space_of(std::vector<std::size_t> const& shape)
{
    if (shape.empty()) return Handle(H5Screate(H5S_SCALAR), &H5Sclose);
    std::vector<hsize_t> const sizes(shape.begin(), shape.end());
    return Handle(H5Screate_simple(int(sizes.size()), sizes.data(), nullptr), &H5Sclose);
}

/// Calls `write(file type, memory type, data)` for values of any type that a tree holds.
void with_data(std::span<double const> values, auto const& write)
{
    write(H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, values.data());
}
void with_data(std::span<std::int64_t const> values, auto const& write)
{
    write(H5T_STD_I64LE, H5T_NATIVE_INT64, values.data());
}
void with_data(std::span<std::string const> values, auto const& write)
{
    std::size_t longest = 1;
    for (auto const& text : values) {
        LANTHORN_EXPECT(text.find('\0') == std::string::npos);
        longest = std::max(longest, text.size());
    }
    std::string packed(longest * values.size(), '\0');
    for (std::size_t i = 0; i < values.size(); ++i) values[i].copy(packed.data() + i * longest, longest);
    Handle const type = text_type(longest);
    write(type, type, packed.data());
}

/// HDF5 has no "/" in a name ("Er:4S3/2->4I15/2" is one): it is written as %2F, and % as %25.
std::string link_of(std::string const& name)
{
    std::string link;
    for (char c : name) link += c == '/' ? "%2F" : c == '%' ? "%25" : std::string(1, c);
    return link;
}

std::string name_of(std::string link)
{
    for (auto [code, c] : {std::pair{"%2F", "/"}, std::pair{"%25", "%"}})
        for (std::size_t at = 0; (at = link.find(code, at)) != std::string::npos; ++at) link.replace(at, 3, c);
    return link;
}

class Writer {
public:
    explicit Writer(hid_t file)
        : links_(H5Pcreate(H5P_LINK_CREATE), &H5Pclose), names_(H5Pcreate(H5P_ATTRIBUTE_CREATE), &H5Pclose),
          groups_(H5Pcreate(H5P_GROUP_CREATE), &H5Pclose)
    {
        must(H5Pset_char_encoding(links_, H5T_CSET_UTF8));
        must(H5Pset_char_encoding(names_, H5T_CSET_UTF8));
        must(H5Pset_obj_track_times(groups_, false));
        file_ = file;
    }

    void write(Tree const& tree) { content(file_, tree); }

private:
    void content(hid_t group, Tree const& tree)
    {
        attributes(group, tree.attributes);
        for (auto const& [name, array] : tree.arrays) dataset(group, name, array);
        for (auto const& [name, below] : tree.groups) {
            LANTHORN_EXPECT(is_name(name) && !tree.arrays.contains(name));
            Handle const made(H5Gcreate2(group, link_of(name).c_str(), links_, groups_, H5P_DEFAULT), &H5Gclose);
            content(made, below);
        }
    }

    static bool is_name(std::string const& name)
    {
        return !name.empty() && name != "." && name.find('\0') == std::string::npos;
    }

    void dataset(hid_t group, std::string const& name, Tree::Array const& array)
    {
        LANTHORN_EXPECT(is_name(name));
        std::size_t const elements =
            std::visit([](auto const& values) { return values.size(); }, array.values);
        LANTHORN_EXPECT(elements == std::accumulate(array.shape.begin(), array.shape.end(), std::size_t{1},
                                                    std::multiplies<>()));
        Handle const properties(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose);
        must(H5Pset_obj_track_times(properties, false));
        must(H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER));
        if (elements > least_compressed) {
            std::vector<hsize_t> chunk(array.shape.begin(), array.shape.end());
            hsize_t const row = hsize_t(elements) / chunk.front();
            chunk.front() = std::clamp<hsize_t>(chunk_elements / row, 1, chunk.front());
            must(H5Pset_chunk(properties, int(chunk.size()), chunk.data()));
            must(H5Pset_shuffle(properties));
            must(H5Pset_deflate(properties, 4));
        }
        Handle const space = space_of(array.shape);
        auto const write = [&](hid_t file_type, hid_t memory_type, void const* data) {
            Handle const made(
                H5Dcreate2(group, link_of(name).c_str(), file_type, space, links_, properties, H5P_DEFAULT),
                &H5Dclose);
            if (elements > 0) must(H5Dwrite(made, memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data));
            attributes(made, array.attributes);
        };
        std::visit([&](auto const& values) { with_data(std::span(values), write); }, array.values);
    }

    void attributes(hid_t object, Tree::Attributes const& attributes)
    {
        for (auto const& [name, attribute] : attributes) {
            LANTHORN_EXPECT(!name.empty() && name.find('\0') == std::string::npos);
            auto const put = [&](auto values, std::vector<std::size_t> const& shape) {
                Handle const space = space_of(shape);
                with_data(values, [&](hid_t file_type, hid_t memory_type, void const* data) {
                    Handle const made(H5Acreate2(object, name.c_str(), file_type, space, names_, H5P_DEFAULT),
                                      &H5Aclose);
                    if (!values.empty()) must(H5Awrite(made, memory_type, data));
                });
            };
            if (auto const* text = std::get_if<std::string>(&attribute))
                put(std::span(text, 1), {});
            else if (auto const* number = std::get_if<double>(&attribute))
                put(std::span(number, 1), {});
            else if (auto const* integer = std::get_if<std::int64_t>(&attribute))
                put(std::span(integer, 1), {});
            else if (auto const* numbers = std::get_if<std::vector<double>>(&attribute))
                put(std::span(*numbers), {numbers->size()});
            else {
                auto const& texts = std::get<std::vector<std::string>>(attribute);
                put(std::span(texts), {texts.size()});
            }
        }
    }

    Handle links_, names_, groups_;
    hid_t file_ = -1;
};

class FileReader {
public:
    explicit FileReader(std::filesystem::path const& path) : path_(path) {}

    Tree content(hid_t group, std::string const& name, int depth = 0)
    {
        if (depth > deepest) bad(name, "its groups are nested too deeply, or hold themselves");
        Tree tree;
        tree.attributes = attributes(group, name);
        H5G_info_t info;
        must(H5Gget_info(group, &info));
        for (hsize_t i = 0; i < info.nlinks; ++i) {
            std::string const link = text_from([&](char* text, std::size_t size) {
                return H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, text, size, H5P_DEFAULT);
            });
            std::string const below = name + "/" + link;
            H5L_info_t kind;
            must(H5Lget_info(group, link.c_str(), &kind, H5P_DEFAULT));
            if (kind.type != H5L_TYPE_HARD) bad(below, "is a link, which a tree does not hold");
            Handle const object(H5Oopen(group, link.c_str(), H5P_DEFAULT), &H5Oclose);
            switch (H5Iget_type(object)) {
            case H5I_GROUP:
                tree.groups[name_of(link)] = content(object, below, depth + 1);
                break;
            case H5I_DATASET:
                tree.arrays[name_of(link)] = dataset(object, below);
                break;
            default:
                bad(below, "is neither group nor array");
            }
        }
        return tree;
    }

private:
    using Values = decltype(Tree::Array::values);

    [[noreturn]] void bad(std::string const& name, std::string_view problem) const
    {
        throw InputError(Place{path_.string(), 0, 0}, name, fmt::format("\"{}\" {}", name, problem));
    }

    static std::string text_from(auto const& get)
    {
        auto const size = count(get(nullptr, 0));
        std::string text(std::size_t(size) + 1, '\0');
        count(get(text.data(), text.size()));
        text.pop_back();
        return text;
    }

    std::vector<std::size_t> shape_of(hid_t space, std::string const& name) const
    {
        if (H5Sget_simple_extent_type(space) == H5S_NULL) bad(name, "holds nothing at all");
        std::vector<hsize_t> sizes(std::size_t(count(H5Sget_simple_extent_ndims(space))));
        count(H5Sget_simple_extent_dims(space, sizes.data(), nullptr));
        return {sizes.begin(), sizes.end()};
    }

    /// @param read  (memory type, data) -> code
    Values values(hid_t type, hid_t space, std::string const& name, auto const& read) const
    {
        auto const n = std::size_t(count(H5Sget_simple_extent_npoints(space)));
        switch (H5Tget_class(type)) {
        case H5T_FLOAT: {
            std::vector<double> numbers(n);
            if (n > 0) must(read(H5T_NATIVE_DOUBLE, numbers.data()));
            return numbers;
        }
        case H5T_INTEGER: {
            if (H5Tget_size(type) > 8 || (H5Tget_size(type) == 8 && H5Tget_sign(type) == H5T_SGN_NONE))
                bad(name, "holds unsigned integers of 64 bits, which do not fit");
            std::vector<std::int64_t> integers(n);
            if (n > 0) must(read(H5T_NATIVE_INT64, integers.data()));
            return integers;
        }
        case H5T_STRING:
            return H5Tis_variable_str(type) > 0 ? variable_texts(type, space, n, read)
                                                : fixed_texts(type, n, read);
        default:
            bad(name, "holds neither numbers nor text");
        }
    }

    static Values fixed_texts(hid_t type, std::size_t n, auto const& read)
    {
        std::size_t const size = H5Tget_size(type);
        std::string packed(size * n, '\0');
        if (n > 0) must(read(hid_t(type), packed.data()));
        bool const spaces = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < n; ++i) {
            std::string text = packed.substr(i * size, size);
            text.resize(std::min(text.find('\0'), text.size()));
            while (spaces && text.ends_with(' ')) text.pop_back();
            texts.push_back(std::move(text));
        }
        return texts;
    }

    static Values variable_texts(hid_t type, hid_t space, std::size_t n, auto const& read)
    {
        std::vector<char*> pointers(n, nullptr);
        if (n > 0) must(read(hid_t(type), pointers.data()));
        std::vector<std::string> texts;
        for (char const* text : pointers) texts.emplace_back(text == nullptr ? "" : text);
        if (n > 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
        return texts;
    }

    Tree::Array dataset(hid_t id, std::string const& name)
    {
        Handle const type(H5Dget_type(id), &H5Tclose);
        Handle const space(H5Dget_space(id), &H5Sclose);
        Tree::Array array{.shape = shape_of(space, name)};
        array.values = values(type, space, name, [&](hid_t memory, void* data) {
            return H5Dread(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data);
        });
        array.attributes = attributes(id, name);
        return array;
    }

    Tree::Attributes attributes(hid_t object, std::string const& object_name)
    {
        Tree::Attributes result;
        H5O_info_t info;
        must(H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS));
        for (hsize_t i = 0; i < info.num_attrs; ++i) {
            Handle const attribute(
                H5Aopen_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, H5P_DEFAULT, H5P_DEFAULT),
                &H5Aclose);
            std::string const name =
                text_from([&](char* text, std::size_t size) { return H5Aget_name(attribute, size, text); });
            std::string const whole = object_name + "@" + name;
            Handle const type(H5Aget_type(attribute), &H5Tclose);
            Handle const space(H5Aget_space(attribute), &H5Sclose);
            auto const shape = shape_of(space, whole);
            Values const read = values(type, space, whole, [&](hid_t memory, void* data) {
                return H5Aread(attribute, memory, data);
            });
            result[name] = attribute_from(read, shape, whole);
        }
        return result;
    }

    Tree::Attribute attribute_from(Values const& values, std::vector<std::size_t> const& shape,
                                   std::string const& name) const
    {
        if (shape.size() > 1) bad(name, "is an attribute of more than one dimension");
        if (auto const* texts = std::get_if<std::vector<std::string>>(&values)) {
            if (shape.empty()) return texts->front();
            return *texts;
        }
        if (auto const* numbers = std::get_if<std::vector<double>>(&values)) {
            if (shape.empty()) return numbers->front();
            return *numbers;
        }
        auto const& integers = std::get<std::vector<std::int64_t>>(values);
        if (integers.size() != 1) return std::vector<double>(integers.begin(), integers.end());
        return integers.front();
    }

    std::filesystem::path const& path_;
};

} // namespace

void write_hdf5(std::filesystem::path const& path, Tree const& tree)
{
    std::scoped_lock const lock(library_in_use);
    Silence const silence;
    replace_file(path, [&](std::filesystem::path const& beside) {
        errno = 0;
        try {
            Handle const creation(H5Pcreate(H5P_FILE_CREATE), &H5Pclose);
            must(H5Pset_obj_track_times(creation, false));
            Handle const access = access_properties();
            Handle file(H5Fcreate(beside.c_str(), H5F_ACC_TRUNC, creation, access), &H5Fclose);
            Writer(file).write(tree);
            must(H5Fflush(file, H5F_SCOPE_LOCAL));
            file.close();
        }
        catch (LibraryError) {
            throw std::system_error(errno != 0 ? errno : EIO, std::generic_category(), path.string());
        }
    });
}

Tree read_hdf5(std::filesystem::path const& path)
{
    std::scoped_lock const lock(library_in_use);
    Silence const silence;
    if (std::filesystem::is_directory(path))
        throw std::system_error(std::make_error_code(std::errc::is_a_directory), path.string());
    if (std::unique_ptr<std::FILE, int (*)(std::FILE*)> const opened(std::fopen(path.c_str(), "rb"),
                                                                     &std::fclose);
        !opened)
        throw std::system_error(errno, std::generic_category(), path.string());
    try {
        Handle const access = access_properties();
        Handle const file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), &H5Fclose);
        Handle const root(H5Gopen2(file, "/", H5P_DEFAULT), &H5Gclose);
        return FileReader(path).content(root, "");
    }
    catch (LibraryError) {
        throw InputError(Place{path.string(), 0, 0}, {}, "this is no HDF5 file, or it is damaged");
    }
}

} // namespace lanthorn
