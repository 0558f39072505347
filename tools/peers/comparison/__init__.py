"""Runs Lockstep and its peers in turn, keeps every sample, and says what comes of them.

Only the standard library is used here: what is compared lives in processes of its own.
"""
