// Writes the report of the sample record: write_sample_report FILE
#include "lanthorn/report/page.hpp"

#include "report/sample/sample_record.hpp"

#include <fstream>

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    std::ofstream out(argv[1], std::ios::binary);
    out << lanthorn::page(lanthorn::testing::sample_record());
    return out.flush() ? 0 : 1;
}
