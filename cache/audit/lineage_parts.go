package audit

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/cache"
	"github.com/GlobalFishingWatch/dit/workflows"
)

// namespace is that of dit's jobs; tables have that of BigQuery.
const namespace, bigQuery = "dit", "bigquery"

// home is where dit is; what it wrote is known by it.
const home = "https://github.com/GlobalFishingWatch/dit"

// schemaURL is where OpenLineage says what a facet is.
func schemaURL(facet string) string {
	return fmt.Sprintf("https://openlineage.io/spec/facets/1-0-1/%[1]s.json#/$defs/%[1]s", facet)
}

// lineageID is the same in each export of a call, so that sending it twice does no harm.
func lineageID(parts ...string) string {
	return uuid.NewSHA1(uuid.NewSHA1(uuid.NameSpaceURL, []byte(home)), []byte(strings.Join(parts, "/"))).String()
}

// lineage makes the events of one run or comparison.
type lineage struct {
	producer, workflow, pipeline string
	// events have this run and job, and what they read and write.
	base Event
}

func (c *Call) lineage(workflow, pipeline, name, ditCommit string) lineage {
	l := lineage{producer: home, workflow: workflow, pipeline: pipeline}
	if workflows.IsCommit(ditCommit) { // of a digest of its sources there is no page
		l.producer += "/tree/" + ditCommit
	}
	parent := &ParentFacet{Facet: l.facet("ParentRunFacet")}
	parent.Run.RunID = lineageID(c.RunID)
	parent.Job.Namespace, parent.Job.Name = namespace, workflow+"."+pipeline
	l.base = Event{
		Run: RunRef{RunID: lineageID(c.RunID, name), Facets: RunFacets{Parent: parent}}, Job: JobRef{Namespace: namespace, Name: parent.Job.Name + "." + name},
		Inputs: []Dataset{}, Outputs: []Dataset{}, Producer: l.producer, SchemaURL: "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
	}
	return l
}

func (l lineage) facet(name string) Facet { return Facet{l.producer, schemaURL(name)} }

// at is an event of that type and time.
func (l lineage) at(kind string, t time.Time) Event {
	e := l.base
	e.EventType, e.EventTime = kind, t.UTC().Format("2006-01-02T15:04:05.000000Z")
	return e
}

func (l lineage) failed(message string) *ErrorFacet {
	return &ErrorFacet{l.facet("ErrorMessageRunFacet"), message, "Go"}
}

// written are the tables that a run writes, in their versions at some moment, by output name; a view with its table.
func (l lineage) written(r cache.Row, versions map[string]bq.Version) []Dataset {
	tables := []Dataset{}
	for _, name := range slices.Sorted(maps.Keys(r.Outputs)) {
		tables = append(tables, l.table(r.Outputs[name].Table.String(), versions[name].String()))
		if v := r.Outputs[name].View; v != nil {
			tables = append(tables, l.table(v.Table.String(), ""))
		}
	}
	return tables
}

func (l lineage) table(name, version string) Dataset {
	d := Dataset{Namespace: bigQuery, Name: name}
	if version != "" {
		d.Facets.Version = &VersionFacet{l.facet("DatasetVersionDatasetFacet"), version}
	}
	return d
}

func (l lineage) days(p cache.Phase) *NominalTimeFacet {
	if p.Start == "" {
		return nil
	}
	return &NominalTimeFacet{l.facet("NominalTimeRunFacet"), p.Start + "T00:00:00Z", p.End + "T00:00:00Z"}
}

// scpLike turns git's user@host:path into a URL.
func scpLike(repository string) string {
	user, rest, ok := strings.Cut(repository, "@")
	host, path, both := strings.Cut(rest, ":")
	if !ok || !both || strings.Contains(repository, "://") || strings.ContainsAny(user+host, "/") {
		return repository
	}
	return "ssh://" + user + "@" + host + "/" + path
}

// source says where the code is; nil for a directory, of which nothing is known but the commit.
func (l lineage) source(k cache.Key) *SourceFacet {
	address, err := url.Parse(scpLike(k.Repository))
	if err != nil || address.Scheme == "" {
		return nil
	}
	return &SourceFacet{l.facet("SourceCodeLocationJobFacet"), "git", address.String(), k.Repository, k.Commit}
}
