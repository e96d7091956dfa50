"""Stores of every shape the tables ever had, and what makes them."""
