namespace Gateway.DicomMail.OpenPgp;

/// <summary>A Huffman code whose longest word is limited, in the canonical order of RFC 1951 section 3.2.2.</summary>
internal static class HuffmanCode
{
    /// <summary>Finds the length of each symbol's word, in bits; 0 for a symbol that does not occur. At least two must occur.</summary>
    /// <param name="counts">How often each symbol occurs; made flatter where a word would be too long.</param>
    /// <param name="longest">The most bits that a word may have.</param>
    public static byte[] Lengths(int[] counts, int longest)
    {
        while (true)
        {
            var lengths = Optimal(counts);
            if (lengths.Max() <= longest)
                return lengths;
            for (var symbol = 0; symbol < counts.Length; symbol++)
                counts[symbol] = (counts[symbol] + 1) / 2;
        }
    }

    /// <summary>The words themselves, their first bit lowest, as deflate writes them.</summary>
    public static uint[] Words(byte[] lengths)
    {
        var words = new uint[lengths.Length];
        var next = 0u;
        for (var length = 1; length <= lengths.Max(); length++, next <<= 1)
        {
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] == length)
                    words[symbol] = Reverse(next++, length);
            }
        }

        return words;
    }

    private static uint Reverse(uint word, int length)
    {
        var reversed = 0u;
        for (var bit = 0; bit < length; bit++)
            reversed |= ((word >> bit) & 1) << (length - 1 - bit);
        return reversed;
    }

    // The lightest two are joined until one is left: the leaves are sorted, and what is joined comes in order by itself.
    private static byte[] Optimal(int[] counts)
    {
        var leaves = Enumerable.Range(0, counts.Length).Where(symbol => counts[symbol] > 0).OrderBy(symbol => counts[symbol]).ToArray();
        var weights = new long[(2 * leaves.Length) - 1];
        var parents = new int[weights.Length];
        for (var leaf = 0; leaf < leaves.Length; leaf++)
            weights[leaf] = counts[leaves[leaf]];
        var (nextLeaf, nextJoined) = (0, leaves.Length);
        for (var joined = leaves.Length; joined < weights.Length; joined++)
        {
            for (var half = 0; half < 2; half++)
            {
                var lightest = nextLeaf < leaves.Length && (nextJoined == joined || weights[nextLeaf] <= weights[nextJoined]) ? nextLeaf++ : nextJoined++;
                weights[joined] += weights[lightest];
                parents[lightest] = joined;
            }
        }

        var depths = new byte[weights.Length];
        for (var node = weights.Length - 2; node >= 0; node--)
            depths[node] = (byte)(depths[parents[node]] + 1);
        var lengths = new byte[counts.Length];
        for (var leaf = 0; leaf < leaves.Length; leaf++)
            lengths[leaves[leaf]] = depths[leaf];
        return lengths;
    }
}
