"""Genes: what earlier data of the same device taught."""

from __future__ import annotations

from qres._qres import Gene

__all__ = ["Gene"]
