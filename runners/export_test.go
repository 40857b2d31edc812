package runners

// LabelledAs is for the tests of what is read for it.
var LabelledAs = (*Jobs).labelledAs
