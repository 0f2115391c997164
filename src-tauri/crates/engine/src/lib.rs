//! Jobs: the stages in order, with journal, progress and cancel; the one API of shell and command line.
