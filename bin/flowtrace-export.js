#!/usr/bin/env node
"use strict";
require("../dist/cli/export.js").main();
