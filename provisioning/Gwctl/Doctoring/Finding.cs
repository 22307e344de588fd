using Gateway.Provisioning.Checking;

namespace Gwctl.Doctoring;

/// <summary>Something that is wrong, and what to do next.</summary>
/// <param name="State">How grave it is.</param>
/// <param name="About">What it is about: a control, a check, a part of the machine.</param>
/// <param name="What">What was found, for whoever stands before the machine: it may repeat what Windows or a peer said.</param>
/// <param name="Next">What to do.</param>
/// <param name="Told">What was found in the product's own words alone, which may leave the site.</param>
internal sealed record Finding(CheckState State, string About, string What, string Next, string Told)
{
    /// <summary>The graver come first; what is known to be bad before what nobody could look at.</summary>
    public int Rank => State switch { CheckState.Critical => 0, CheckState.Warning => 1, _ => 2 };
}
