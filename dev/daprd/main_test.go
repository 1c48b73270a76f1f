package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// Set for the copy of the test program that is to be daprd.
const beDaprd = "TODO_BACKEND_BE_DAPRD"

func TestMain(m *testing.M) {
	if os.Getenv(beDaprd) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

const configuration = `apiVersion: dapr.io/v1alpha1
kind: Configuration
metadata:
  name: test
spec:
  nameResolution:
    component: nameformat
    version: v1
    configuration:
      format: "{appid}.localhost"
`

// The cron binding is one of the stable components: without their build tag this component is unknown, and daprd ends.
const component = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata:
  name: tick
spec:
  type: bindings.cron
  version: v1
  metadata:
    - name: schedule
      value: "@every 1h"
    - name: direction
      value: input
`

func TestStartsWithTheStableComponentsAndIsHealthyOnLoopback(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	folder := t.TempDir()
	write(t, filepath.Join(folder, "configuration.yaml"), configuration)
	resources := filepath.Join(folder, "resources")
	if err := os.Mkdir(resources, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(resources, "tick.yaml"), component)

	port := freePort(t)
	daprd := exec.CommandContext(ctx, os.Args[0],
		"--app-id", "test", "--resources-path", resources, "--config", filepath.Join(folder, "configuration.yaml"),
		"--dapr-listen-addresses", "127.0.0.1", "--dapr-internal-grpc-listen-address", "127.0.0.1",
		"--dapr-http-port", port, "--dapr-grpc-port", freePort(t), "--dapr-internal-grpc-port", freePort(t),
		"--enable-metrics=false")
	daprd.Env = append(os.Environ(), beDaprd+"=1", "DAPR_HOST_IP=127.0.0.1")
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	daprd.Stdout, daprd.Stderr = log, log
	if err := daprd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- daprd.Wait() }()

	if err := untilHealthy(ctx, "http://127.0.0.1:"+port+"/v1.0/healthz", ended); err != nil {
		cancel()
		text, _ := os.ReadFile(log.Name())
		t.Fatalf("%v\n%s", err, text)
	}

	if err := daprd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatalf("it did not end well: %v", err)
	}
}

func untilHealthy(ctx context.Context, url string, ended <-chan error) error {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusNoContent {
				return nil
			}
		}
		select {
		case err := <-ended:
			return fmt.Errorf("daprd ended: %w", err)
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
