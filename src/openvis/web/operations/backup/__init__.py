"""Backup (reservekopie) of database and files together, made while everything runs; trying it; putting it back."""
