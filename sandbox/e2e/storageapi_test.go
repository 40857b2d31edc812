//go:build sandbox

package e2e

import (
	"context"
	"errors"
	"io"
	"testing"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"cloud.google.com/go/bigquery/storage/managedwriter"
	"cloud.google.com/go/bigquery/storage/managedwriter/adapt"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// TestStorageWriteMovesTheVersion writes through the gRPC Write API, passed on by the front.
func TestStorageWriteMovesTheVersion(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a (x INT64, s STRING)")
	before := w.version("a")
	client, err := managedwriter.NewClient(t.Context(), project, option.WithEndpoint(address), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	message := describe(t, w)
	stream, err := client.NewManagedStream(t.Context(), managedwriter.WithType(managedwriter.DefaultStream),
		managedwriter.WithDestinationTable(managedwriter.TableParentFromParts(project, w.ds.DatasetID, "a")),
		managedwriter.WithSchemaDescriptor(protodesc.ToDescriptorProto(message)))
	if err != nil {
		t.Fatal(err)
	}
	row := dynamicpb.NewMessage(message)
	if err := protojson.Unmarshal([]byte(`{"x": "7", "s": "seven"}`), row); err != nil {
		t.Fatal(err)
	}
	content, err := proto.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	result, err := stream.AppendRows(t.Context(), [][]byte{content})
	if err == nil {
		_, err = result.GetResult(context.WithoutCancel(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	after := w.version("a")
	w.moved("storage write", before, after)
	if after.rows != 1 {
		t.Errorf("%d rows, want 1", after.rows)
	}
}

func describe(t *testing.T, w *world) protoreflect.MessageDescriptor {
	t.Helper()
	schema, err := adapt.BQSchemaToStorageTableSchema(w.metadata("a").Schema)
	if err != nil {
		t.Fatal(err)
	}
	descriptor, err := adapt.StorageSchemaToProto2Descriptor(schema, "root")
	if err != nil {
		t.Fatal(err)
	}
	return descriptor.(protoreflect.MessageDescriptor)
}

// TestStorageReadReturnsEveryRow reads a table in several streams through the gRPC Read API.
func TestStorageReadReturnsEveryRow(t *testing.T) {
	w := newWorld(t)
	w.do("CREATE TABLE a AS SELECT n FROM UNNEST(GENERATE_ARRAY(1, 250000)) AS n")
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	client := storagepb.NewBigQueryReadClient(connection)
	session, err := client.CreateReadSession(t.Context(), &storagepb.CreateReadSessionRequest{
		Parent: "projects/" + project,
		ReadSession: &storagepb.ReadSession{
			Table:      "projects/" + project + "/datasets/" + w.ds.DatasetID + "/tables/a",
			DataFormat: storagepb.DataFormat_ARROW,
		},
		MaxStreamCount: 4,
	})
	if err != nil {
		t.Fatal(err)
	}
	var rows int64
	for _, stream := range session.GetStreams() {
		answers, err := client.ReadRows(t.Context(), &storagepb.ReadRowsRequest{ReadStream: stream.GetName()})
		if err != nil {
			t.Fatal(err)
		}
		for {
			answer, err := answers.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			rows += answer.GetRowCount()
		}
	}
	if rows != 250_000 || len(session.GetStreams()) < 2 {
		t.Errorf("%d rows in %d streams, want 250000 in more than one", rows, len(session.GetStreams()))
	}
}
