"""The reporting point (meldpunt ondermijning): signals come in, are screened and weighed, and go where they belong."""
