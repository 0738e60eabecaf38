"""Link prediction: who is the target, who is the source; the public benchmarks of temporal knowledge graphs."""
