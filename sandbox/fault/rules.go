package fault

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
)

// Rules are the faults in force. They can be changed while requests are served.
type Rules struct {
	service func(*http.Request) string
	mu      sync.Mutex // over changes; readers take the list as it is
	list    atomic.Pointer[[]*active]
	last    int
}

// active is a rule in force, with its counters.
type active struct {
	Rule
	id     string
	mu     sync.Mutex
	seen   int
	struck int
	random *rand.Rand
}

// Listed is a rule as it is listed.
type Listed struct {
	ID   string `json:"id"`
	Rule string `json:"rule"`
	// Seen is how many requests or jobs the rule was for, Struck how many of them it struck.
	Seen   int `json:"seen"`
	Struck int `json:"struck"`
}

// New makes an empty set of rules. service says by its name in rules which service a request is for;
// "" for none, such as a look whether the sandbox is up: those are never struck.
func New(service func(*http.Request) string) *Rules {
	r := &Rules{service: service}
	r.list.Store(&[]*active{})
	return r
}

// Add puts a rule in force, after all others, and returns its id.
func (r *Rules) Add(rule Rule) (id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	added := &active{Rule: rule, id: strconv.Itoa(r.last), random: rand.New(rand.NewPCG(rule.Seed, 0))}
	list := append(slices.Clone(*r.list.Load()), added)
	r.list.Store(&list)
	return added.id
}

// Remove ends the rule with the id, or tells that there is none.
func (r *Rules) Remove(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(*r.list.Load()), func(a *active) bool { return a.id == id })
	if len(list) == len(*r.list.Load()) {
		return fmt.Errorf("there is no fault with the id %q", id)
	}
	r.list.Store(&list)
	return nil
}

// Clear ends all rules.
func (r *Rules) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list.Store(&[]*active{})
}

// List returns the rules in force in the order in which they are tried.
func (r *Rules) List() []Listed {
	list := []Listed{}
	for _, a := range *r.list.Load() {
		a.mu.Lock()
		list = append(list, Listed{a.id, a.String(), a.seen, a.struck})
		a.mu.Unlock()
	}
	return list
}

// strikes counts something that the rule is for and tells whether it is struck: after those that are
// let through, by chance, up to the count.
func (a *active) strikes() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen++
	if a.seen <= a.After || (a.Count > 0 && a.struck >= a.Count) {
		return false
	}
	if a.Rate < 1 && a.random.Float64() >= a.Rate {
		return false
	}
	a.struck++
	return true
}

// missed takes a strike back that had no effect: there was nothing to drop, or no row to lose.
func (a *active) missed() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.struck--
}
