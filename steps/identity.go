package steps

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"

	"github.com/GlobalFishingWatch/dit/bq"
	"github.com/GlobalFishingWatch/dit/bq/steady"
)

// deepest is how many views may stand on one another before one gives up on them.
const deepest = 16

// identify names the contents of a source: equal names mean equal contents. A table is named by its version, a snapshot by
// its base, its time and its version, a pin by its base, its time and when that was made, and a view by its definition, its version and the names of all it reads. Where contents cannot be named, the answer
// is empty and says why not.
func identify(ctx context.Context, client *bigquery.Client, table bq.Table, meta *bigquery.TableMetadata) (identity, whyNot string, err error) {
	return identifyAt(ctx, client, table, meta, 0)
}

func identifyAt(ctx context.Context, client *bigquery.Client, table bq.Table, meta *bigquery.TableMetadata, depth int) (identity, whyNot string, err error) {
	switch {
	case meta.Type == bigquery.Snapshot && meta.SnapshotDefinition != nil:
		past, ok := bq.PastOf(meta)
		if !ok {
			return "", fmt.Sprintf("snapshot %s does not say of what or when it was taken", table), nil
		}
		if past, created, ok := bq.PinOf(table.Name, meta); ok {
			return pinIdentity(past, created), "", nil
		}
		// Base and instant alone are not enough: another table may have had the name, see pinIdentity. Nobody but its maker knows which.
		v := bq.VersionOf(meta)
		if v.String() == "" {
			return "", fmt.Sprintf("the service tells no version of snapshot %s", table), nil
		}
		return fmt.Sprintf("%s, snapshot of %s, %s", table, past, v), "", nil
	case meta.Type == bigquery.RegularTable || meta.Type == "":
		v := bq.VersionOf(meta)
		if v.Streaming {
			return "", fmt.Sprintf("rows wait in the streaming buffer of %s", table), nil
		}
		if v.String() == "" {
			return "", fmt.Sprintf("the service tells no version of %s", table), nil
		}
		return fmt.Sprintf("%s, %s", table, v), "", nil
	case meta.Type == bigquery.ViewTable && depth < deepest:
		return identifyView(ctx, client, table, meta, depth)
	}
	return "", fmt.Sprintf("what %s shows, a %s, cannot be named", table, strings.ToLower(string(meta.Type))), nil
}

// pinIdentity names the contents of a pin. Of two tables that had one name before and after an instant, as by renaming, either can have been
// there before it; so the table's creation is told as well.
func pinIdentity(p bq.Past, created time.Time) string {
	return fmt.Sprintf("snapshot of %s, made %d", p, created.UnixMilli())
}

func identifyView(ctx context.Context, client *bigquery.Client, table bq.Table, meta *bigquery.TableMetadata, depth int) (identity, whyNot string, err error) {
	if found := steady.Unsteady(meta.ViewQuery); found != "" || meta.UseLegacySQL {
		return "", fmt.Sprintf("view %s can show other rows of the same tables: its definition has %q", table, found), nil
	}
	// A view that is changed and put back is another one: who read it meanwhile has read other rows.
	v := bq.VersionOf(meta)
	if v.String() == "" {
		return "", fmt.Sprintf("the service tells no version of view %s", table), nil
	}
	q := client.Query(meta.ViewQuery)
	q.DryRun = true
	job, err := q.Run(ctx)
	if err != nil {
		return "", "", fmt.Errorf("asking what view %s reads: %w", table, bq.Classify(err))
	}
	objects, err := named(meta.ViewQuery, table.Project)
	if err != nil {
		return "", fmt.Sprintf("what view %s reads is not certain from its definition: %v", table, err), nil
	}
	if status := job.LastStatus(); status != nil && status.Statistics != nil {
		if s, ok := status.Statistics.Details.(*bigquery.QueryStatistics); ok {
			if n := len(s.ReferencedTables); n == 0 || n >= complete {
				return "", fmt.Sprintf("the service does not tell all that view %s reads", table), nil
			}
			for _, t := range s.ReferencedTables {
				objects[bq.Table{Project: t.ProjectID, Dataset: t.DatasetID, Name: t.TableID}] = told
			}
		}
	}
	var read []string
	for base, how := range objects {
		m, err := base.Of(client).Metadata(ctx)
		switch err = bq.Classify(err); {
		case errors.Is(err, bq.ErrPermission) && how != perhaps: // the rows that it shows change with it, whoever may see it
			return "", fmt.Sprintf("view %s reads %s, which these credentials may not look at", table, base), nil
		case how != told && (errors.Is(err, bq.ErrNotFound) || errors.Is(err, bq.ErrInvalid) || errors.Is(err, bq.ErrPermission)):
			continue // it is no table
		case err != nil:
			return "", "", fmt.Errorf("metadata of %s, which view %s reads: %w", base, table, err)
		}
		one, whyNot, err := identifyAt(ctx, client, base, m, depth+1)
		if err != nil || whyNot != "" {
			return "", whyNot, err
		}
		read = append(read, one)
	}
	if len(read) == 0 {
		return "", fmt.Sprintf("the service does not tell what view %s reads", table), nil
	}
	slices.Sort(read)
	return fmt.Sprintf("view %x, %s, over [%s]", sha256.Sum256([]byte(meta.ViewQuery)), v, strings.Join(read, "; ")), "", nil
}

// complete is how many tables of a query BigQuery lists before it leaves some out.
const complete = 50
