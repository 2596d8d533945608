-- What the files that are defined on demand define for each other; who uses one of these needs the file that is named.
local MOST_AT_ONCE, PIECE, make_zeros, copy_piece, make_result, replace_by, run_bitop -- strings
local whole_stage -- stages
local store_in_pages -- stores
local SEVERAL_KEYS, delete_conflicting -- several-keys
local given_by, given_to, partner, is_past, partition_in_the_way, waiting_for, waiting_for_room -- given

local is_lent = {} -- keys of the sink's own that stand for keys of other partitions or slots, see loans and slot-shares
