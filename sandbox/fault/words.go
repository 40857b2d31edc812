package fault

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// word is one key of a rule's text: how its value is read into a rule and printed back. A flag has
// no value. print answers "" for a rule without the word.
type word struct {
	key   string
	flag  bool
	allow string // what is allowed, for errors
	read  func(r *Rule, value string) error
	print func(r Rule) string
}

// errNot makes the parser say what is allowed.
var errNot = fmt.Errorf("not allowed")

var (
	services = []string{"bigquery", "bigquerystorage", "storage", "dataflow", "token"}
	methods  = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"}
	cuts     = []string{string(CutBefore), string(CutAfter), string(CutBody)}
)

// words are all keys, in the order in which rules are printed.
var words = []word{
	oneOf("service", services, func(r *Rule) *string { return &r.Service }),
	oneOf("method", methods, func(r *Rule) *string { return &r.Method }),
	{
		"path", false, "a glob over the whole path, from its / or a * on, such as */jobs",
		func(r *Rule, v string) error {
			if v[0] != '/' && v[0] != '*' {
				return errNot
			}
			r.Path = v
			return nil
		},
		func(r Rule) string { return r.Path },
	},
	text("table", "a glob over dataset.table or project.dataset.table", func(r *Rule) *string { return &r.Table }),
	flag("internal", func(r *Rule) *bool { return &r.Internal }),
	text("job", "a glob over the job's name", func(r *Rule) *string { return &r.Job }),
	{
		"label", false, "KEY:GLOB, such as dit-run:*",
		func(r *Rule, v string) error {
			if key, glob, ok := strings.Cut(v, ":"); !ok || key == "" || glob == "" {
				return errNot
			}
			r.Label = v
			return nil
		},
		func(r Rule) string { return r.Label },
	},
	{
		"status", false, "one of " + statusList(),
		func(r *Rule, v string) error {
			n, err := strconv.Atoi(v)
			if _, known := statuses[n]; err != nil || !known {
				return errNot
			}
			r.Status = n
			return nil
		},
		func(r Rule) string { return number(r.Status) },
	},
	text("reason", "a word such as rateLimitExceeded, quotaExceeded, backendError", func(r *Rule) *string { return &r.Reason }),
	{
		"delay", false, "a duration over 0, such as 5s or 200ms",
		func(r *Rule, v string) error { return duration(&r.Delay, v) },
		func(r Rule) string { return durationText(r.Delay) },
	},
	oneOf("cut", cuts, func(r *Rule) *string { return (*string)(&r.Cut) }),
	flag("drop-table", func(r *Rule) *bool { return &r.DropTable }),
	positive("short-load", func(r *Rule) *int { return &r.ShortLoad }),
	text("job-fail", "a step: its full name, or its number among the steps at the top of the pipeline", func(r *Rule) *string { return &r.JobFail }),
	flag("job-hang", func(r *Rule) *bool { return &r.JobHang }),
	flag("job-lose-worker", func(r *Rule) *bool { return &r.JobLoseWorker }),
	flag("job-cancel", func(r *Rule) *bool { return &r.JobCancel }),
	// One key, two gates: requests or jobs are counted, and the time in a job is a duration.
	{
		"after", false, "a number from 1 on, of requests or jobs that are let through first; for a fault of a job also a duration, such as 30s",
		func(r *Rule, v string) error {
			if n, err := strconv.Atoi(v); err == nil && n > 0 && r.After == 0 {
				r.After = n
				return nil
			}
			if r.JobAfter != 0 {
				return errNot
			}
			return duration(&r.JobAfter, v)
		},
		func(r Rule) string {
			if r.After != 0 && r.JobAfter != 0 {
				return number(r.After) + ",after=" + r.JobAfter.String()
			}
			return number(r.After) + durationText(r.JobAfter)
		},
	},
	{
		"rate", false, "a number from 0 to 1",
		func(r *Rule, v string) error {
			f, err := strconv.ParseFloat(v, 64)
			if err != nil || !(f >= 0 && f <= 1) { // refuses NaN too
				return errNot
			}
			r.Rate = f
			return nil
		},
		func(r Rule) string {
			if r.Rate == 1 {
				return ""
			}
			return strconv.FormatFloat(r.Rate, 'g', -1, 64)
		},
	},
	{
		"seed", false, "a whole number from 1 on",
		func(r *Rule, v string) (err error) {
			if r.Seed, err = strconv.ParseUint(v, 10, 64); err != nil || r.Seed == 0 {
				return errNot
			}
			return nil
		},
		func(r Rule) string {
			if r.Seed == 0 {
				return ""
			}
			return strconv.FormatUint(r.Seed, 10)
		},
	},
	positive("count", func(r *Rule) *int { return &r.Count }),
}

// wordOf finds a key.
func wordOf(key string) (word, bool) {
	i := slices.IndexFunc(words, func(w word) bool { return w.key == key })
	if i < 0 {
		return word{}, false
	}
	return words[i], true
}

func oneOf(key string, allowed []string, at func(*Rule) *string) word {
	return word{
		key, false, "one of " + strings.Join(allowed, ", "),
		func(r *Rule, v string) error {
			if !slices.Contains(allowed, v) {
				return errNot
			}
			*at(r) = v
			return nil
		},
		func(r Rule) string { return *at(&r) },
	}
}

func text(key, allow string, at func(*Rule) *string) word {
	return word{
		key, false, allow,
		func(r *Rule, v string) error { *at(r) = v; return nil },
		func(r Rule) string { return *at(&r) },
	}
}

func flag(key string, at func(*Rule) *bool) word {
	return word{
		key, true, "no value, or true",
		func(r *Rule, v string) error {
			if v != "true" {
				return errNot
			}
			*at(r) = true
			return nil
		},
		func(r Rule) string {
			if *at(&r) {
				return "true"
			}
			return ""
		},
	}
}

func positive(key string, at func(*Rule) *int) word {
	return word{
		key, false, "a whole number from 1 on",
		func(r *Rule, v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < 1 {
				return errNot
			}
			*at(r) = n
			return nil
		},
		func(r Rule) string { return number(*at(&r)) },
	}
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func duration(to *time.Duration, v string) error {
	d, err := time.ParseDuration(v)
	if err != nil || d <= 0 {
		return errNot
	}
	*to = d
	return nil
}

func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
