"""What `jupyter lightflow doctor` looks at, a module per subject."""
