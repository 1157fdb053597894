// Writes the report of a made-up record: write_sample_report full|meagre|large FILE
#include "lanthorn/report/page.hpp"

#include "report/sample/sample_record.hpp"

#include <fstream>
#include <string>

int main(int argc, char** argv)
{
    using namespace lanthorn::testing;
    if (argc != 3) return 2;
    std::string const which = argv[1];
    std::ofstream out(argv[2], std::ios::binary);
    out << lanthorn::page(which == "meagre" ? meagre_record() : sample_record(which == "large" ? 10.5 : 4));
    return out.flush() ? 0 : 1;
}
