# Install rules and the exported package: find_package(lanthorn), target lanthorn::study and its rooms.
