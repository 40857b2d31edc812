package settings

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// number is what git takes for one: as in C, and a unit.
var number = regexp.MustCompile(`^[ \t\n\v\f\r]*([+-]?(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*))([kKmMgG]?)$`)

var units = map[string]int64{"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

// Boolean reads a value as git does; ok is false for what ends git.
func Boolean(value string) (on, ok bool) {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off", "":
		return false, true
	}
	m := number.FindStringSubmatch(value)
	if m == nil {
		return false, false
	}
	n, err := strconv.ParseInt(m[1], 0, 64)
	most := math.MaxInt32 / units[strings.ToLower(m[2])]
	return n != 0, err == nil && -most <= n && n <= most
}
